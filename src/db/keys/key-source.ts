import type { Kysely } from 'kysely';
import type { KeySource } from '../../schemas/key-source.ts';
import type { Database } from '../tables.ts';
import { readKeys, readKeysVersion } from './api-keys.ts';
import { settleKeyUse } from './key-usage.ts';

/** The keys of Rowgate's own database. */
export function createKeySource(db: Kysely<Database>): KeySource {
  return {
    readVersion: () => readKeysVersion(db),
    readKeys: () => readKeys(db),
    settleUse: async (uses) => {
      const balances = await settleKeyUse(db, uses);
      return balances.map(({ key_id: keyId, tokens, used }) => ({ keyId, tokens, used }));
    },
  };
}
