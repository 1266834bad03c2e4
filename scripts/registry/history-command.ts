import { parseArgs } from 'node:util';
import { type HistoryEntry, readHistory } from '../../src/db/registry/history.ts';
import { quoted } from '../../src/json-schema/quoted.ts';
import { tableText } from '../command-line/table.ts';
import { changeLines } from './change-text.ts';
import { type Command, UsageError } from '../command-line/command.ts';

const defaultLimit = '20';

/** `history SLUG`: shows who changed a row, when, and what; the newest change first. */
export const historyCommand: Command = {
  usage: [
    `history SLUG [--limit N]      shows the last N changes of a row (${defaultLimit}), newest first`,
    'history SLUG --json           the same, one JSON object per line, with complete rows',
  ],
  parse: (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        limit: { type: 'string', default: defaultLimit },
        json: { type: 'boolean', default: false },
      },
    });
    const [slug] = positionals;
    if (slug === undefined || positionals.length > 1) throw new UsageError('history takes one slug.');
    if (!/^[1-9]\d{0,8}$/.test(values.limit))
      throw new UsageError('--limit must be a whole number between 1 and 999999999.');
    return async (db, { print }) => {
      const entries = await readHistory(db, slug, Number(values.limit));
      if (values.json) for (const { record } of entries) print(record);
      else print(table(slug, entries));
      return 0;
    };
  },
};

function table(slug: string, entries: readonly HistoryEntry[]): string {
  if (entries.length === 0)
    return `No changes of ${quoted(slug)} are recorded: it has not changed since the history began.`;
  const rows = [
    ['version', 'when (UTC)', 'who', 'operation', 'what changed'],
    ...entries.flatMap(({ version, changedAt, changedBy, operation, changes }) => {
      const [first = '', ...more] = changeLines(changes);
      const when = changedAt.toISOString().slice(0, 19).replace('T', ' ');
      const who = quoted(changedBy).slice(1, -1);
      return [[version, when, who, operation, first], ...more.map((line) => ['', '', '', '', line])];
    }),
  ];
  return tableText(rows);
}
