import { parseArgs } from 'node:util';
import { type ListedKey, listKeys } from '../../src/db/keys/listed-keys.ts';
import type { Command } from '../command-line/command.ts';
import { tableText } from '../command-line/table.ts';

/** `list`: prints all keys, without their secrets. */
export const listCommand: Command = {
  usage: ['list [--json]                     prints all keys with owner, scopes, expiry and usage'],
  parse: (args) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    return async (db, { print }) => {
      const keys = await listKeys(db);
      print(values.json ? JSON.stringify(keys) : keysText(keys));
      return 0;
    };
  },
};

function keysText(keys: readonly ListedKey[]): string {
  if (keys.length === 0)
    return "There are no keys yet. Create one: npm run keys -- create --name me --scopes 'run:**,read'";
  const head = ['id', 'name', 'state', 'created (UTC)', 'expires (UTC)', 'this month', 'scopes'];
  const rows = keys.map((key) => [
    key.id ?? '',
    key.name ?? '',
    key.state,
    key.created ?? '',
    key.expires ?? 'never',
    key.used_this_month,
    key.scopes.join(','),
  ]);
  const problems = keys.flatMap(({ id, name, problem }) =>
    problem === null ? [] : [`${id ?? 'A key without an id'} (${name ?? 'unnamed'}): ${problem}`],
  );
  return [tableText([head, ...rows]), ...(problems.length > 0 ? ['', ...problems] : [])].join('\n');
}
