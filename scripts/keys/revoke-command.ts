import { revokeKey } from '../../src/db/keys/api-keys.ts';
import { type Command, UsageError } from '../commands/command.ts';

/** `revoke ID`: the key holds nowhere any more. */
export const revokeCommand: Command = {
  usage: [
    'revoke ID                         ends a key for good, within a second on every connected replica',
  ],
  parse: ([id, ...more]) => {
    if (id === undefined || id.startsWith('-') || more.length > 0)
      throw new UsageError('revoke takes one id: see list.');
    return async (db) => {
      if (!(await revokeKey(db, id))) throw new Error(`There is no key ${id}: see npm run keys -- list.`);
      console.log(`${id} is revoked.`);
    };
  },
};
