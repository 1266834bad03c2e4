import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { isMissing } from '../database-errors.ts';
import { HistoryMissingError, UnknownSlugError } from './history-errors.ts';
import { hasSlug } from './slugs.ts';
import type { Database } from '../tables.ts';

/** One column that differs between two versions of a row, as JSON text; null if a version lacks the column. */
export type Change = Readonly<{ column: string; old: string | null; new: string | null }>;

/** One entry of a row's history. */
export type HistoryEntry = Readonly<{
  /** The registry's version from this change on. */
  version: string;
  changedAt: Date;
  changedBy: string;
  operation: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';
  changes: readonly Change[];
  /** The whole entry as it is stored, as JSON text: parsing it would round long numbers. */
  record: string;
}>;

/**
 * The history of one row, the newest entry first, including entries whose slugs differ only at their ends.
 *
 * @throws UnknownSlugError if the registry never had the slug, HistoryMissingError before the migration.
 */
export function readHistory(
  db: Kysely<Database>,
  slug: string,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  return withHistory(db, async (trx) => {
    const rows = await trx
      .selectFrom('reference.enrichment_workflow_registry_history as entry')
      .select([
        'version',
        'changed_at as changedAt',
        'changed_by as changedBy',
        'operation',
        changesBetween(sql.ref('old_row'), sql.ref('new_row')).as('changes'),
        // The builder has no expression for a whole row.
        sql<string>`row_to_json(entry.*)::text`.as('record'),
      ])
      .where(hasSlug(slug))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    if (rows.length === 0) await assertKnown(trx, slug);
    return rows;
  });
}

/** Runs in a transaction in which rows read as JSON look like those in the history, whatever the session's settings. */
export async function withHistory<T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`
        select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
          set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true),
          set_config('extra_float_digits', '1', true)`.execute(trx);
      return await work(trx);
    });
  } catch (error) {
    throw isMissing(error) ? new HistoryMissingError(error) : error;
  }
}

/**
 * Verifies that the registry has or had a slug.
 *
 * @throws UnknownSlugError
 */
export async function assertKnown(db: Kysely<Database>, slug: string): Promise<void> {
  const row = await db
    .selectFrom('reference.enrichment_workflow_registry')
    .select('workflow_slug')
    .where(hasSlug(slug))
    .unionAll(
      db
        .selectFrom('reference.enrichment_workflow_registry_history')
        .select((eb) => eb.ref('workflow_slug').$notNull().as('workflow_slug'))
        .where(hasSlug(slug)),
    )
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) throw new UnknownSlugError(slug);
}

/**
 * SQL for the columns in which two JSON rows differ, in the order of the table: an array of Change. Raw, since the builder
 * has no set-returning functions `with ordinality` and no ordered aggregates.
 */
export function changesBetween(oldRow: RawBuilder<unknown>, newRow: RawBuilder<unknown>) {
  return sql<readonly Change[]>`(
    select coalesce(
      json_agg(json_build_object('column', key, 'old', o.value::text, 'new', n.value::text) order by coalesce(n.place, o.place)),
      '[]')
    from json_each(${oldRow}) with ordinality o (key, value, place)
    full join json_each(${newRow}) with ordinality n (key, value, place) using (key)
    where o.value::text is distinct from n.value::text and key <> 'updated_at'
  )`;
}
