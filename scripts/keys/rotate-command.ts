import { parseArgs } from 'node:util';
import { hashOfKey, newKey } from '../../src/auth/api-key.ts';
import { rotateKey } from '../../src/db/keys/api-keys.ts';
import { type Command, UsageError } from '../commands/command.ts';
import { durationSeconds } from './duration.ts';
import { shown } from './shown-key.ts';

const usualGrace = '24h';

/** `rotate ID`: another secret for the same key. */
export const rotateCommand: Command = {
  usage: [
    `rotate ID [--grace 1h] [--json]   gives a key another secret; the old one holds for a while (${usualGrace})`,
  ],
  parse: (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        grace: { type: 'string', default: usualGrace },
        json: { type: 'boolean', default: false },
      },
    });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1) throw new UsageError('rotate takes one id: see list.');
    const graceSeconds = durationSeconds('--grace', values.grace);
    return async (db) => {
      const key = newKey();
      if (!(await rotateKey(db, id, hashOfKey(key), graceSeconds)))
        throw new Error(`There is no key ${id} that could be rotated: see npm run keys -- list.`);
      console.log(
        values.json
          ? JSON.stringify({ key, id })
          : `${shown(key, id)}\nThe old one holds for ${values.grace}.`,
      );
    };
  },
};
