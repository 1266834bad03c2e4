import { type Kysely, sql } from 'kysely';
import { TableFaultError } from '../../live/table-fault.ts';
import {
  isColumnMissing,
  isFaultOfObject,
  isForbidden,
  isHiddenByPolicy,
  isMissing,
  isUnpopulated,
  isWithin,
  isWrongObject,
  RegistryMissingError,
} from '../database-errors.ts';
import { rightsError } from '../missing-rights.ts';
import { registryRights } from '../rights.ts';
import { explainTimeout } from '../role-timeouts.ts';
import type { Database } from '../tables.ts';
import { quotedName } from './tracking.ts';

/** After waiting this long for another session's lock, the database counts as unavailable. */
const lockTimeoutMs = 5_000;
/** Rows are parsed between two statements, in turns of the event loop: a role's shorter timeout would end every reading of a large table. */
const idleTimeoutMs = 15_000;

/**
 * Returns a function that reads in one REPEATABLE READ transaction. The table is locked before the snapshot is taken: a
 * statement that rewrites it (truncate, some forms of alter table) leaves it empty to snapshots from before its commit, so a
 * reader that had waited for it would find no row at all. What cannot be locked (a foreign table) is only read. With
 * `row_security` off, Postgres raises an error if a policy would hide rows (PostgreSQL documentation, "Row Security
 * Policies").
 */
export function snapshotReader(db: Kysely<Database>, table: string) {
  let isLockable = true;
  // Raw, since the builder has no utility statements. One message, and no SELECT, which would take the snapshot. Local,
  // for transaction-mode poolers.
  const begin = `begin isolation level repeatable read read only;
    set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
    set local bytea_output = 'hex'; set local extra_float_digits = 1; set local lock_timeout = ${lockTimeoutMs};
    set local idle_in_transaction_session_timeout = ${idleTimeoutMs}; set local row_security = off`;
  const lock = `; lock table ${quotedName(table)} in access share mode`;
  const reading = <T>(read: (trx: Kysely<Database>) => Promise<T>) =>
    db.connection().execute(async (trx) => {
      try {
        await sql.raw(isLockable ? begin + lock : begin).execute(trx);
        const found = await read(trx);
        await sql`commit`.execute(trx);
        return found;
      } catch (error) {
        // Fails only if the connection is lost, and the transaction with it; the first error says why.
        await sql`rollback`.execute(trx).catch(() => undefined);
        throw error;
      }
    });
  return async function inSnapshot<T>(read: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    try {
      return await reading(read);
    } catch (error) {
      if (isLockable && isWrongObject(error)) {
        isLockable = false;
        return inSnapshot(read);
      }
      if (isMissing(error) && !isWithin(error)) throw new RegistryMissingError(table, error);
      if (isHiddenByPolicy(error)) throw rowsHidden(table, error);
      if (isForbidden(error)) throw await rightsError(db, registryRights(table), error);
      if (isFaultOfObject(error)) throw unreadable(table, error);
      throw await explainTimeout(db, error, ['lock_timeout', 'idle_in_transaction_session_timeout']);
    }
  };
}

/** The error for a table whose policies may hide rows from this role. */
function rowsHidden(table: string, cause: unknown): TableFaultError {
  return new TableFaultError(
    'rows_hidden',
    `Row-level security hides rows of ${table} from this role, so the registry cannot be read. Give the role a policy for all rows: create policy rowgate_reads on ${table} for select to ROLE using (true); or exempt it from policies: alter role ROLE bypassrls.`,
    { cause },
  );
}

/** The error for a table that Postgres cannot read: a view, or something that a view or a policy uses, fails. */
function unreadable(table: string, cause: Error): TableFaultError {
  const remedy = isUnpopulated(cause)
    ? `Fill the materialized view, as its owner: refresh materialized view ${table}; if ${table} is a view, give the name in this message instead.`
    : isColumnMissing(cause)
      ? `Rename the column back or add it; if ${table} is a view, change its definition.`
      : `A view, or a function or a policy that it uses, raises this error: fix it, until the gateway's role can run "select * from ${table}".`;
  return new TableFaultError(
    'unreadable',
    `The registry ${table} cannot be read: ${cause.message}. ${remedy}`,
    { cause },
  );
}

/** Applies policies from here on: those of this table let the role read every row. */
export async function applyPolicies(trx: Kysely<Database>): Promise<void> {
  await sql`set local row_security = on`.execute(trx);
}
