import type pg from 'pg';
import { type UnsupportedColumn, UnsupportedColumnsError } from './database-errors.ts';

const table = 'reference.enrichment_workflow_registry';
/** The migration that creates the constraints and triggers; a table that has them has passed this check. */
const firstConstraints = '20261102000000_registry_changes.sql';

/** Columns that are indexed or compared as text, and those that a trigger sets to the current time. */
const texts = ['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url'] as const;
const times = ['created_at', 'updated_at'] as const;
const timeTypes: ReadonlySet<string> = new Set([
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
]);

/** The table's columns of these names: the type as declared, and the name and category of the type under its domains. */
const columnTypes = `
  with recursive bases as (
    select a.attname, a.atttypid as declared, a.atttypmod as modifier, a.atttypid as type
    from pg_catalog.pg_attribute a
    where a.attrelid = to_regclass($1) and a.attname = any ($2) and a.attnum > 0 and not a.attisdropped
    union all
    select b.attname, b.declared, b.modifier, t.typbasetype
    from bases b join pg_catalog.pg_type t on t.oid = b.type where t.typtype = 'd'
  )
  select b.attname as column, format_type(b.declared, b.modifier) as type, format_type(t.oid, null) as base,
    t.typcategory as category
  from bases b join pg_catalog.pg_type t on t.oid = b.type where t.typtype <> 'd' order by b.attname`;

type Found = Readonly<{ column: string; type: string; base: string; category: string }>;

/**
 * Refuses a table that is new to Rowgate if a column has a type that its triggers and indexes cannot use. Most types are fine,
 * such as text for every column.
 *
 * @param files the migrations to apply.
 * @throws UnsupportedColumnsError with the statements that fix the columns. Nothing has been changed then.
 */
export async function assertColumnTypes(client: pg.Client, files: readonly string[]): Promise<void> {
  if (!files.includes(firstConstraints) || (await isApplied(client))) return;
  const { rows } = await client.query<Found>(columnTypes, [table, [...texts, ...times]]);
  const unsupported = rows.flatMap(faultOf);
  if (unsupported.length > 0) throw new UnsupportedColumnsError(table, unsupported);
}

async function isApplied(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('rowgate.migrations') is not null as exists`,
  );
  if (rows[0]?.exists !== true) return false;
  const { rowCount } = await client.query('select from rowgate.migrations where name = $1', [
    firstConstraints,
  ]);
  return rowCount === 1;
}

function faultOf({ column, type, base, category }: Found): readonly UnsupportedColumn[] {
  const isString = category === 'S';
  if (texts.some((name) => name === column)) {
    // A number is fine as a slug. JSON as text would keep its quotes.
    if (isString || category === 'N') return [];
    const value = base === 'json' || base === 'jsonb' ? `${column} #>> '{}'` : `${column}::text`;
    const fix = `alter table ${table} alter column ${column} type text using ${value}`;
    return [{ column, type, wanted: 'text', fix }];
  }
  if (isString || timeTypes.has(base)) return [];
  const fix = `alter table ${table} rename column ${column} to original_${column}`;
  return [{ column, type, wanted: 'timestamptz or text', fix }];
}
