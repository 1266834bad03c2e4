import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ColumnCategories, RegistryMode } from '../../schemas/registry-source.ts';
import { policiesPermitAll } from '../row-security.ts';
import type { Database } from '../tables.ts';

/** What a table is, besides its rows. */
export type Tracking = Readonly<{
  /** How its changes are detected. */
  mode: RegistryMode;
  /** Its oid: another table may take its place and its name. */
  id: string | null;
  /**
   * Changes that no counter shows: another table or server, a rewrite, a column, a trigger that was disabled meanwhile,
   * row-level security.
   */
  shape: string | null;
  /** Its columns and their types. */
  structure: string | null;
  columns: ColumnCategories;
  /** `none`: not for this role; `open`: a policy lets this role see every row; `hiding`: it may hide some. */
  rowSecurity: 'none' | 'open' | 'hiding';
}>;

export type TrackingRow = Readonly<{
  tracked: boolean | null;
  id: string | null;
  shape: string | null;
  structure: string | null;
  columns: Readonly<Record<string, string>> | null;
  is_secured: boolean | null;
  is_open: boolean | null;
}>;

export async function trackingOf(db: Kysely<Database>, table: string): Promise<Tracking> {
  const { rows } = await trackingQuery(table).execute(db);
  return trackingFrom(rows[0]);
}

export function trackingFrom(row: TrackingRow | undefined): Tracking {
  return {
    mode: row?.tracked === true ? 'tracked' : 'compared',
    id: row?.id ?? null,
    shape: row?.shape ?? null,
    structure: row?.structure ?? null,
    columns: new Map(Object.entries(row?.columns ?? {})),
    rowSecurity: row?.is_secured === true ? (row.is_open === true ? 'open' : 'hiding') : 'none',
  };
}

/**
 * Tracked only if our counter's trigger is on this very table and the role may read the counter and the history. Looked
 * up in the catalogs, since `to_regclass` is an error for a role without rights on the schema. Raw `sql`: the builder
 * knows neither the catalogs nor their functions.
 */
export function trackingQuery(table: string): RawBuilder<TrackingRow> {
  return sql`
    select exists (
        select from pg_catalog.pg_trigger
        join pg_catalog.pg_proc on pg_proc.oid = tgfoid join pg_catalog.pg_namespace on pg_namespace.oid = pronamespace
        where tgrelid = registry and nspname = 'rowgate' and proname = 'bump_registry_version' and tgenabled in ('O', 'A')
          and tgtype & ${rowTrigger} = 0
      )
      and (
        select count(*) = 2 from pg_catalog.pg_class tables join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
        where (nspname, relname) in (('rowgate', 'registry_version'), ('reference', 'enrichment_workflow_registry_history'))
          and has_schema_privilege(pg_namespace.oid, 'usage') and has_table_privilege(tables.oid, 'select')
      ) as tracked,
      (
        select concat_ws(' ', attribute_lists.structure, relfilenode, ${incarnationOf(sql`registry`)}) from pg_catalog.pg_class where oid = registry
      ) as shape,
      registry::oid::text as id, attribute_lists.structure, attribute_lists.columns, row_security_active(registry) as is_secured,
      ${policiesPermitAll(sql`registry`)} as is_open
    from to_regclass(${quotedName(table)}) registry,
      lateral (
        select concat_ws(' ', registry::oid, string_agg(concat_ws(' ', attname, atttypid, atttypmod), ' ' order by attnum)) as structure,
          json_object_agg(attname, typcategory) as columns
        from pg_catalog.pg_attribute join pg_catalog.pg_type on pg_type.oid = atttypid
        where attrelid = registry and attnum > 0 and not attisdropped
      ) attribute_lists`;
}

/** The same shape alone, as an expression for another statement. */
export function shapeOf(table: string): RawBuilder<string | null> {
  return sql`(select found.shape from (${trackingQuery(table)}) found)`;
}

/** The bit of pg_trigger.tgtype for FOR EACH ROW (PostgreSQL, catalog/pg_trigger.h). */
const rowTrigger = sql.lit(1);

/**
 * The server and database, since another one may have been restored to the same version; our triggers, whose `xmin`
 * changes when one is disabled or enabled; and the table's policies.
 */
function incarnationOf(registry: RawBuilder<unknown>): RawBuilder<string> {
  return sql`(
      select concat_ws(' ', oid, extract(epoch from pg_postmaster_start_time())) from pg_catalog.pg_database where datname = current_database()
    ), (
      select string_agg(concat_ws(' ', tgname, tgenabled, xmin), ' ' order by tgname) from pg_catalog.pg_trigger
      where tgrelid = ${registry} and tgname like 'rowgate%'
    ), row_security_active(${registry}), (
      select string_agg(concat_ws(' ', oid, xmin), ' ' order by oid) from pg_catalog.pg_policy where polrelid = ${registry}
    )`;
}

export function quotedName(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
