import { revokeKey } from '../../src/db/keys/api-keys.ts';
import { type Command, UsageError } from '../command-line/command.ts';

/** `revoke ID`: makes a key invalid on every replica. */
export const revokeCommand: Command = {
  usage: [
    'revoke ID                         revokes a key for good, within a second on every connected replica',
  ],
  parse: ([id, ...more]) => {
    if (id === undefined || id.startsWith('-') || more.length > 0)
      throw new UsageError('revoke takes one id. Use list to find it.');
    return async (db, { print }) => {
      if (!(await revokeKey(db, id)))
        throw new Error(`There is no key ${id}. Find the id with npm run keys -- list.`);
      print(`${id} is revoked.`);
      return 0;
    };
  },
};
