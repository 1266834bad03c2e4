import { parseArgs } from 'node:util';
import { type Restored, type RestoreRequest, restore } from '../../src/db/registry/restore.ts';
import { quoted } from '../../src/json-schema/quoted.ts';
import { changeLines } from './change-text.ts';
import { type Command, UsageError } from '../command-line/command.ts';

const verbs = {
  delete: ['deleted', 'would delete'],
  update: ['changed', 'would change'],
  insert: ['inserted', 'would insert'],
} as const;

/** `restore`: restores a row, or all rows, to an earlier version. */
export const restoreCommand: Command = {
  usage: [
    'restore SLUG --to VERSION     restores one row to a version (see history)',
    'restore --all --to VERSION    restores every row, in one transaction',
    '        … --dry-run           shows what would change, and changes nothing',
  ],
  parse: (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        all: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const { to: version, all, 'dry-run': dryRun } = values;
    if (version === undefined || !/^\d{1,18}$/.test(version)) {
      throw new UsageError('restore needs --to with a version number.');
    }
    if (positionals.length !== (all ? 0 : 1)) throw new UsageError('restore takes one slug or --all.');
    const request: RestoreRequest = { slug: positionals[0] ?? null, version, dryRun };
    return async (db, { print }) => {
      print(report(request, await restore(db, request)));
      return 0;
    };
  },
};

function report({ slug, version, dryRun }: RestoreRequest, { rows, version: now }: Restored): string {
  const what = slug === null ? 'The registry' : quoted(slug);
  if (rows.length === 0) return `Nothing to do: ${what} is already the same as at version ${version}.`;
  const lines = rows.flatMap((row) => [
    `${verbs[row.action][dryRun ? 1 : 0]} ${quoted(row.slug)}`,
    ...(row.action === 'update' ? changeLines(row.changes).map((line) => `  ${line}`) : []),
  ]);
  const count = `${rows.length} row${rows.length === 1 ? '' : 's'}`;
  const end = dryRun
    ? `Nothing was changed: this was a dry run. The registry is at version ${now}; ${count} would be restored to version ${version}.`
    : `Done: ${count} restored to version ${version}. The registry is now at version ${now}.`;
  return [...lines, end].join('\n');
}
