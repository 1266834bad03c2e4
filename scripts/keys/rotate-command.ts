import { parseArgs } from 'node:util';
import { hashOfKey, newKey } from '../../src/auth/key-format.ts';
import { rotateKey } from '../../src/db/keys/api-keys.ts';
import { type Command, UsageError } from '../command-line/command.ts';
import { durationSeconds } from './duration.ts';
import { newKeyText } from './new-key-text.ts';

const defaultGrace = '24h';

/** `rotate ID`: gives a key a new secret. */
export const rotateCommand: Command = {
  usage: [
    `rotate ID [--grace 1h] [--json]   gives a key a new secret; the old one stays valid for a while (${defaultGrace})`,
  ],
  parse: (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        grace: { type: 'string', default: defaultGrace },
        json: { type: 'boolean', default: false },
      },
    });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1)
      throw new UsageError('rotate takes one id. Use list to find it.');
    const graceSeconds = durationSeconds('--grace', values.grace);
    return async (db, { print }) => {
      const key = newKey();
      if (!(await rotateKey(db, id, hashOfKey(key), graceSeconds)))
        throw new Error(`There is no key ${id} that can be rotated. Find the id with npm run keys -- list.`);
      print(
        values.json
          ? JSON.stringify({ key, id })
          : `${newKeyText(key, id)}\nThe old secret stays valid for ${values.grace}.`,
      );
      return 0;
    };
  },
};
