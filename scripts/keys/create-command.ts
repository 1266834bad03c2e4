import { parseArgs } from 'node:util';
import { hashOfKey, newKey } from '../../src/auth/key-format.ts';
import { insertKey } from '../../src/db/keys/api-keys.ts';
import { isScope, plainScopes } from '../../src/schemas/scope.ts';
import { type Command, UsageError } from '../command-line/command.ts';
import { durationSeconds } from './duration.ts';
import { newKeyText } from './new-key-text.ts';

const maxNameLength = 100;
const example = "npm run keys -- create --name clay --scopes 'run:companies/**,read'";

/** `create`: creates a key and prints it, once. */
export const createCommand: Command = {
  usage: [
    'create --name NAME --scopes LIST  creates a key and prints it, once',
    '    [--expires 90d]               when it expires (default: never)',
    '    [--rate N] [--burst N]        maximum requests per second, and how many may come at once',
    '    [--quota N]                   maximum requests per calendar month (UTC)',
    '    [--json]                      prints {"key", "id"}',
    "    LIST, such as 'run:companies/**,read': run:PATH for paths below /run/, where * matches one segment and",
    `    ** at the end the rest; ${plainScopes.join(', ')}`,
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
      throw new UsageError(
        '--burst requires --rate: add --rate with the maximum number of requests per second.',
      );
    return async (db, { print }) => {
      const id = await insertKey(db, record);
      print(values.json ? JSON.stringify({ key, id }) : newKeyText(key, id));
      return 0;
    };
  },
};

function nameOf(name: string | undefined): string {
  const trimmed = name?.trim() ?? '';
  if (trimmed === '' || trimmed.length > maxNameLength || /\p{Cc}/u.test(trimmed))
    throw new UsageError(
      `Add --name with the name of the key's owner, at most ${maxNameLength} characters. Example: ${example}`,
    );
  return trimmed;
}

function scopesOf(text: string | undefined): readonly string[] {
  const scopes = [...new Set((text ?? '').split(',').map((scope) => scope.trim()))].filter(
    (scope) => scope !== '',
  );
  if (scopes.length === 0)
    throw new UsageError(`Add --scopes with the scopes of the key. Example: ${example}`);
  const wrong = scopes.find((scope) => !isScope(scope));
  if (wrong !== undefined)
    throw new UsageError(`${JSON.stringify(wrong)} is not a scope. Use run:PATH, ${plainScopes.join(', ')}.`);
  return scopes;
}

function countOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`${option} must be a whole number between 1 and 999999999.`);
  return Number(text);
}
