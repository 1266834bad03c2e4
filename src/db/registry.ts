import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type {
  RegistryDifference,
  RegistryListing,
  RegistryMode,
  RegistrySource,
  RowHash,
} from '../schemas/registry-source.ts';
import { isMissing, RegistryMissingError } from './database-errors.ts';
import type { Database } from './tables.ts';

/** Above this many touched rows, comparing all hashes is cheaper than asking for the rows by name. */
const maxDifference = 2_000;
/** How far back a row's history is looked through for a version that can be served. */
const historyDepth = 50;
const hashColumn = '__rowgate_hash';

/**
 * Reads the registry of one table. Version and rows are read in one REPEATABLE READ transaction, so that they belong
 * together; the row hash is `md5(row::text)` under a fixed time zone and date style, set for the transaction only,
 * since session state does not survive a transaction-mode pooler.
 */
export function createRegistrySource(db: Kysely<Database>, table: string): RegistrySource {
  let mode: RegistryMode | undefined;
  const from = sql.table(table);

  const listing = async (
    trx: Transaction<Database>,
    known: ReadonlySet<string>,
  ): Promise<RegistryListing> => {
    mode = await modeOf(trx, table);
    const counted = mode === 'tracked' ? await countedVersion(trx) : null;
    const { hashes, rows } =
      known.size === 0 ? await everyRow(trx, from) : await unknownRows(trx, from, known);
    return { version: counted ?? digestOf(hashes), mode, hashes, rows };
  };

  return {
    readVersion: async () => {
      if (mode === 'tracked') return countedVersion(db);
      return inSnapshot(db, table, async (trx) => digestOf(await everyHash(trx, from)));
    },
    readListing: (known) => inSnapshot(db, table, (trx) => listing(trx, known)),
    readDifference: async (sinceVersion) => {
      if (mode !== 'tracked') return null;
      return inSnapshot(db, table, (trx) => difference(trx, from, sinceVersion));
    },
    readHistory: async (slug) => {
      if (mode !== 'tracked') return [];
      const { rows } = await sql<{ new_row: unknown; old_row: unknown }>`
        select new_row, old_row from reference.enrichment_workflow_registry_history
        where workflow_slug = ${slug} order by id desc limit ${historyDepth}`.execute(db);
      // What was there before the history began is only in the oldest entry's old_row.
      const before = rows.at(-1)?.old_row ?? null;
      return [...rows.map(({ new_row }) => new_row), ...(before === null ? [] : [before])];
    },
  };
}

async function inSnapshot<T>(
  db: Kysely<Database>,
  table: string,
  read: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (trx) => {
        await sql`select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true)`.execute(
          trx,
        );
        return read(trx);
      });
  } catch (error) {
    throw isMissing(error) ? new RegistryMissingError(table, error) : error;
  }
}

/** Tracked only where our counter's trigger is on this very table and we may read the counter and the history. */
async function modeOf(db: Kysely<Database>, table: string): Promise<RegistryMode> {
  const quoted = table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
  const { rows } = await sql<{ tracked: boolean | null }>`
    select exists (
        select from pg_trigger
        where tgrelid = to_regclass(${quoted}) and tgfoid = to_regproc('rowgate.bump_registry_version') and tgenabled in ('O', 'A')
      )
      and has_table_privilege(to_regclass('rowgate.registry_version'), 'select')
      and has_table_privilege(to_regclass('reference.enrichment_workflow_registry_history'), 'select') as tracked`.execute(
    db,
  );
  return rows[0]?.tracked === true ? 'tracked' : 'compared';
}

async function countedVersion(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version::text from rowgate.registry_version`.execute(
    db,
  );
  const version = rows[0]?.version;
  if (version === undefined) throw new Error('rowgate.registry_version has no row: run "npm run migrate".');
  return version;
}

/** The version of a registry that is compared: a digest of all rows, whatever their order. */
function digestOf(hashes: readonly RowHash[]): string {
  const sorted = hashes.map(({ hash }) => hash).toSorted();
  return createHash('md5').update(sorted.join('')).digest('hex').slice(0, 12);
}

async function everyHash(
  db: Kysely<Database>,
  from: ReturnType<typeof sql.table>,
): Promise<readonly RowHash[]> {
  const { rows } = await sql<RowHash>`
    select workflow_slug as slug, md5(registry_row::text) as hash from ${from} registry_row order by workflow_slug collate "C"`.execute(
    db,
  );
  return rows;
}

async function everyRow(
  db: Kysely<Database>,
  from: ReturnType<typeof sql.table>,
): Promise<Pick<RegistryListing, 'hashes' | 'rows'>> {
  const { rows } = await sql<HashedRow>`
    select md5(registry_row::text) as ${sql.id(hashColumn)}, registry_row.* from ${from} registry_row order by workflow_slug collate "C"`.execute(
    db,
  );
  const hashes = rows.map((row) => ({ slug: textOf(row['workflow_slug']), hash: row[hashColumn] }));
  return { hashes, rows: new Map(rows.map((row) => [row[hashColumn], row])) };
}

async function unknownRows(
  db: Kysely<Database>,
  from: ReturnType<typeof sql.table>,
  known: ReadonlySet<string>,
): Promise<Pick<RegistryListing, 'hashes' | 'rows'>> {
  const hashes = await everyHash(db, from);
  const unknown = hashes.filter(({ hash }) => !known.has(hash));
  if (unknown.length === 0) return { hashes, rows: new Map() };
  const slugs = unknown.flatMap(({ slug }) => (slug === null ? [] : [slug]));
  const { rows } = await sql<HashedRow>`
    select md5(registry_row::text) as ${sql.id(hashColumn)}, registry_row.* from ${from} registry_row
    where workflow_slug = any(${slugs}) or workflow_slug is null`.execute(db);
  return { hashes, rows: new Map(rows.map((row) => [row[hashColumn], row])) };
}

async function difference(
  trx: Transaction<Database>,
  from: ReturnType<typeof sql.table>,
  sinceVersion: string,
): Promise<RegistryDifference | null> {
  const version = await countedVersion(trx);
  const touched = await sql<{ slug: string }>`
    select distinct workflow_slug as slug from reference.enrichment_workflow_registry_history
    where version > ${sinceVersion} limit ${maxDifference + 1}`.execute(trx);
  const slugs = new Set(touched.rows.map(({ slug }) => slug));
  if (slugs.size > maxDifference) return null;
  if (slugs.size === 0) return { version, slugs, rows: [] };
  const { rows } = await sql<HashedRow>`
    select md5(registry_row::text) as ${sql.id(hashColumn)}, registry_row.* from ${from} registry_row
    where workflow_slug = any(${[...slugs]})`.execute(trx);
  return {
    version,
    slugs,
    rows: rows.map((row) => ({ slug: textOf(row['workflow_slug']) ?? '', hash: row[hashColumn], row })),
  };
}

type HashedRow = Record<string, unknown> & { [hashColumn]: string };

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
