import { TableFaultError } from '../../live/table-fault.ts';
import { columnNames } from '../../schemas/columns/registry-columns.ts';
import type { ColumnCategories, Emptiness } from '../../schemas/registry-source.ts';

/** Without these nothing can be served, so that a table that lacks one is not the registry, or lost it. */
const requiredColumns = ['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url'];
/** Columns that decide what is served at all: as another type their values are those of no row that was there. */
const typedColumns = [...requiredColumns, 'is_active'];
/** The category of text (PostgreSQL documentation, pg_type.typcategory): any column may be text. */
const textCategory = 'S';

/** What a table had when it was last read; the categories of types are null where only names are known. */
export type KnownColumns = ReadonlyMap<string, string | null>;

/**
 * @param known what the table had; null where nothing is known.
 * @throws TableFaultError where it lacks a column that it had, or one that nothing works without, or a column became another type.
 */
export function assertColumns(table: string, columns: ColumnCategories, known: KnownColumns | null): void {
  const had = columnNames.filter((name) => known?.has(name) ?? false);
  const expected = new Set([...requiredColumns, ...had]);
  const lost = [...expected].filter((name) => !columns.has(name));
  if (lost.length > 0) throw new TableFaultError('column_lost', lostMessage(table, lost));
  for (const name of typedColumns) {
    const before = known?.get(name) ?? null;
    const now = columns.get(name);
    if (before === null || now === undefined || now === before || now === textCategory) continue;
    throw new TableFaultError(
      'column_lost',
      `The column ${name} of ${table} has another type than before, so the registry is not read. Give it back its type: alter table ${table} alter column ${name} type ${before === textCategory ? 'text' : 'boolean'} using ….`,
    );
  }
}

function lostMessage(table: string, lost: readonly string[]): string {
  const [first = ''] = lost;
  const names = lost.join(', ');
  return `${table} has no column ${names}${lost.length === 1 ? '' : ' (several columns)'}, which the registry had or needs, so it is not read. If it was renamed: alter table ${table} rename column … to ${first}. If it was dropped, add it again (empty is enough if its values are not needed): alter table ${table} add column ${first} ….`;
}

/**
 * Whether an empty table is to be served as an empty registry: one whose rows were all deleted, or one that never had any.
 *
 * @param rowsBefore how many rows were there when it was last read, over restarts.
 */
export function assertEmptied(table: string, emptiness: Emptiness, rowsBefore: number): void {
  if (emptiness === 'deleted' || (emptiness === 'unknown' && rowsBefore === 0)) return;
  throw new TableFaultError(
    'became_empty',
    `${table} is empty, and its rows were not removed with DELETE: it was truncated, replaced, or restored without data. What was served is kept. Put the rows back ("npm run registry -- restore --all --to VERSION"), or insert new ones. If it is meant to be empty: after a TRUNCATE, insert a row and delete it with DELETE; otherwise see "An empty registry" in docs/registry.md.`,
  );
}
