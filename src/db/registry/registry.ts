import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type {
  RegistryListing,
  RegistryMode,
  RegistrySource,
  RowHash,
  TakeRow,
} from '../../schemas/registry-source.ts';
import { CounterMissingError, isMissing, isWrongObject, RegistryMissingError } from '../database-errors.ts';
import { readContents } from './earlier-contents.ts';
import { difference, everyHash, everyRow, unknownRows } from './rows.ts';
import type { Database } from '../tables.ts';

/** Waiting longer than this for another session's lock counts as a database that is away. */
const lockTimeoutMs = 5_000;

/**
 * Reads the registry of one table. Version and rows are read in one REPEATABLE READ transaction, so that they belong
 * together; the row hash is `md5(row::text)` under fixed settings.
 */
export function createRegistrySource(db: Kysely<Database>, table: string): RegistrySource {
  /** What the table was when it was last listed. */
  let listed: Tracking = { mode: 'compared', shape: null };
  const from = sql.table(table);
  const inSnapshot = snapshotReader(db, table);

  const listing = async <T>(
    trx: Kysely<Database>,
    known: ReadonlySet<string>,
    take: TakeRow<T>,
  ): Promise<RegistryListing<T>> => {
    const tracking = await trackingOf(trx, table);
    const counted = tracking.mode === 'tracked' ? await countedVersion(trx) : null;
    const { hashes, rows } =
      known.size === 0 ? await everyRow(trx, from, take) : await unknownRows(trx, from, known, take);
    listed = tracking;
    return { version: counted ?? digestOf(hashes), mode: tracking.mode, hashes, rows };
  };

  return {
    readVersion: async () => {
      if (listed.mode === 'tracked') {
        // Raw, around the raw query of the catalogs: one round trip for each poll.
        const { rows } = await sql<TrackingRow & { version: string | null }>`
          select found.*, (select version::text from rowgate.registry_version) as version
          from (${trackingQuery(table)}) found`.execute(db);
        const found = trackingFrom(rows[0]);
        if (found.mode !== 'tracked' || found.shape !== listed.shape) return null;
        return rows[0]?.version ?? counterMissing();
      }
      return inSnapshot(async (trx) => {
        const { mode } = await trackingOf(trx, table);
        return mode === 'tracked' ? null : digestOf(await everyHash(trx, from));
      });
    },
    readListing: (known, take) => inSnapshot((trx) => listing(trx, known, take)),
    readDifference: async (sinceVersion) => {
      if (listed.mode !== 'tracked') return null;
      return inSnapshot((trx) => difference(trx, from, sinceVersion));
    },
    readHistories: async (slugs, depth) =>
      listed.mode === 'tracked' && slugs.length > 0 ? readContents(db, slugs, depth) : new Map(),
  };
}

/**
 * Returns a function that reads in one REPEATABLE READ transaction. The table is locked before the snapshot is taken: a
 * statement that rewrites it (truncate, some forms of alter table) leaves it empty to snapshots from before its commit,
 * so a reader that had waited for it would serve no row at all. What cannot be locked (a foreign table) is only read.
 */
function snapshotReader(db: Kysely<Database>, table: string) {
  let isLockable = true;
  // Raw, since the builder has no utility statements. One message, and no SELECT, which would take the snapshot. Local,
  // for transaction-mode poolers.
  const begin = `begin isolation level repeatable read read only;
    set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
    set local bytea_output = 'hex'; set local extra_float_digits = 1; set local lock_timeout = ${lockTimeoutMs}`;
  const lock = `; lock table ${quotedName(table)} in access share mode`;
  const reading = <T>(read: (trx: Kysely<Database>) => Promise<T>) =>
    db.connection().execute(async (trx) => {
      try {
        await sql.raw(isLockable ? begin + lock : begin).execute(trx);
        const found = await read(trx);
        await sql`commit`.execute(trx);
        return found;
      } catch (error) {
        // Fails only where the connection is lost, and the transaction with it; the first error says why.
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
      throw isMissing(error) ? new RegistryMissingError(table, error) : error;
    }
  };
}

/** How changes of a table are noticed, and its shape: no counter shows that it was replaced, rewritten, or given a column. */
type Tracking = Readonly<{ mode: RegistryMode; shape: string | null }>;

type TrackingRow = Readonly<{ tracked: boolean | null; shape: string | null }>;

async function trackingOf(db: Kysely<Database>, table: string): Promise<Tracking> {
  const { rows } = await trackingQuery(table).execute(db);
  return trackingFrom(rows[0]);
}

function trackingFrom(row: TrackingRow | undefined): Tracking {
  return { mode: row?.tracked === true ? 'tracked' : 'compared', shape: row?.shape ?? null };
}

/**
 * Tracked only where our counter's trigger is on this very table and we may read the counter and the history. Looked up
 * in the catalogs, since `to_regclass` is an error for a role without rights on the schema. Raw `sql`: the builder knows
 * neither the catalogs nor their functions.
 */
function trackingQuery(table: string): RawBuilder<TrackingRow> {
  return sql`
    select exists (
        select from pg_trigger
        join pg_proc on pg_proc.oid = tgfoid join pg_namespace on pg_namespace.oid = pronamespace
        where tgrelid = registry and nspname = 'rowgate' and proname = 'bump_registry_version' and tgenabled in ('O', 'A')
      )
      and (
        select count(*) = 2 from pg_class tables join pg_namespace on pg_namespace.oid = relnamespace
        where (nspname, relname) in (('rowgate', 'registry_version'), ('reference', 'enrichment_workflow_registry_history'))
          and has_schema_privilege(pg_namespace.oid, 'usage') and has_table_privilege(tables.oid, 'select')
      ) as tracked,
      (
        select concat_ws(' ', oid, relfilenode, (
          select string_agg(concat_ws(' ', attname, atttypid, atttypmod), ' ' order by attnum) from pg_attribute
          where attrelid = registry and attnum > 0 and not attisdropped
        )) from pg_class where oid = registry
      ) as shape
    from to_regclass(${quotedName(table)}) registry`;
}

function quotedName(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

async function countedVersion(db: Kysely<Database>): Promise<string> {
  const row = await db.selectFrom('rowgate.registry_version').select('version').executeTakeFirst();
  return row?.version ?? counterMissing();
}

function counterMissing(): never {
  throw new CounterMissingError();
}

/** The version of a registry that is compared: a digest of all rows, whatever their order. */
function digestOf(hashes: readonly RowHash[]): string {
  const sorted = hashes.map(({ hash }) => hash).toSorted();
  return createHash('md5').update(sorted.join('')).digest('hex').slice(0, 12);
}
