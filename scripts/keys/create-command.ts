import { parseArgs } from 'node:util';
import { hashOfKey, newKey } from '../../src/auth/api-key.ts';
import { insertKey } from '../../src/db/keys/api-keys.ts';
import { isScope, plainScopes } from '../../src/schemas/scope.ts';
import { type Command, UsageError } from '../commands/command.ts';
import { durationSeconds } from './duration.ts';
import { shown } from './shown-key.ts';

const maxNameLength = 100;
const example = "npm run keys -- create --name clay --scopes 'run:companies/**,read'";

/** `create`: makes a key and shows it, once. */
export const createCommand: Command = {
  usage: [
    "create --name NAME --scopes 'run:companies/**,read'   makes a key and shows it, once",
    '    [--expires 90d]                 it ends by itself',
    '    [--rate N] [--burst N]          requests a second, and at once',
    '    [--quota N]                     requests a month (UTC)',
    '    [--json]                        prints {"key", "id"}',
    `    scopes: run:PATH below /run/, * for a segment, ** at the end for the rest; ${plainScopes.join(', ')}`,
  ],
  parse: (args) => {
    const { values } = parseArgs({
      args,
      options: {
        name: { type: 'string' },
        scopes: { type: 'string' },
        expires: { type: 'string' },
        rate: { type: 'string' },
        burst: { type: 'string' },
        quota: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const key = newKey();
    const record = {
      name: nameOf(values.name),
      keyHash: hashOfKey(key),
      scopes: scopesOf(values.scopes),
      requestsPerSecond: countOf('--rate', values.rate),
      burst: countOf('--burst', values.burst),
      monthlyQuota: countOf('--quota', values.quota),
      expiresInSeconds: values.expires === undefined ? null : durationSeconds('--expires', values.expires),
    };
    if (record.burst !== null && record.requestsPerSecond === null)
      throw new UsageError('--burst says how many of the --rate may come at once: give --rate, too.');
    return async (db) => {
      const id = await insertKey(db, record);
      console.log(values.json ? JSON.stringify({ key, id }) : shown(key, id));
    };
  },
};

function nameOf(name: string | undefined): string {
  const trimmed = name?.trim() ?? '';
  if (trimmed === '' || trimmed.length > maxNameLength || /\p{Cc}/u.test(trimmed))
    throw new UsageError(
      `Add --name with whose key it is, in up to ${maxNameLength} characters, as in: ${example}`,
    );
  return trimmed;
}

function scopesOf(text: string | undefined): readonly string[] {
  const scopes = [...new Set((text ?? '').split(',').map((scope) => scope.trim()))].filter(
    (scope) => scope !== '',
  );
  if (scopes.length === 0) throw new UsageError(`Add --scopes with what the key may do, as in: ${example}`);
  const wrong = scopes.find((scope) => !isScope(scope));
  if (wrong !== undefined) throw new UsageError(`${JSON.stringify(wrong)} is no scope.`);
  return scopes;
}

function countOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option} takes a whole number above 0.`);
  return Number(text);
}
