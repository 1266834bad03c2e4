import type { Kysely } from 'kysely';
import { TableFaultError } from '../../live/table-fault.ts';
import type { KeySource } from '../../schemas/key-source.ts';
import { isForbidden, isUndefinedColumn } from '../database-errors.ts';
import { rightsError } from '../missing-rights.ts';
import { ownRights } from '../rights.ts';
import { explainTimeout } from '../role-timeouts.ts';
import type { Database } from '../tables.ts';
import { readKeys, readKeysVersion } from './api-keys.ts';
import { settleKeyUse } from './key-usage.ts';

/**
 * The keys of Rowgate's own database.
 *
 * @param reserved connections that settlements cannot occupy, since they may wait for a lock while a key is being
 *   revoked.
 */
export function createKeySource(db: Kysely<Database>, reserved: Kysely<Database>): KeySource {
  return {
    readVersion: () => explained(reserved, readKeysVersion(reserved)),
    readKeys: () => explained(reserved, readKeys(reserved)),
    settleUse: (settlement) => settleKeyUse(db, settlement),
  };
}

/** The result, or an error that names what is wrong with the table of the keys and how to fix it. */
async function explained<T>(db: Kysely<Database>, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isForbidden(error)) throw await rightsError(db, ownRights(true), error);
    if (isUndefinedColumn(error) && error instanceof Error) {
      throw new TableFaultError(
        'column_lost',
        `rowgate.api_keys cannot be read: ${error.message}. Rename or add the column as in migrations/20261123010000_api_keys.sql. Until then no change to a key takes effect, and after KEYS_MAX_STALE_SECONDS no key is accepted.`,
        { cause: error },
      );
    }
    throw await explainTimeout(db, error);
  }
}
