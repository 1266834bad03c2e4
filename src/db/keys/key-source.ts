import type { Kysely } from 'kysely';
import type { KeySource } from '../../schemas/key-source.ts';
import type { Database } from '../tables.ts';
import { readKeys, readKeysVersion } from './api-keys.ts';
import { settleKeyUse } from './key-usage.ts';

/**
 * The keys of Rowgate's own database.
 *
 * @param reserved connections that settlements cannot fill, since they may wait for a lock while a key is revoked.
 */
export function createKeySource(db: Kysely<Database>, reserved: Kysely<Database>): KeySource {
  return {
    readVersion: () => readKeysVersion(reserved),
    readKeys: () => readKeys(reserved),
    settleUse: (settlement) => settleKeyUse(db, settlement),
  };
}
