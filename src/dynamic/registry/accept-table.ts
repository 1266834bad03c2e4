import { TableFaultError } from '../../live/table-fault.ts';
import { columnNames } from '../../schemas/columns/registry-columns.ts';
import type { ColumnCategories, Emptiness } from '../../schemas/registry-source.ts';

/** Nothing can be served without these: a table that lacks one is not the registry, or has lost the column. */
const requiredColumns = ['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url'];
/**
 * Columns that decide what is served at all: if their type changes, their values are not those of the rows that were there.
 */
const typedColumns = [...requiredColumns, 'is_active'];
/** The category of text (PostgreSQL documentation, pg_type.typcategory): any column may be text. */
const textCategory = 'S';

/** The columns of a table when it was last read; the categories of types are null if only names are known. */
export type KnownColumns = ReadonlyMap<string, string | null>;

/**
 * @param known the columns that the table had; null if unknown.
 * @throws TableFaultError if it lacks a column that it had or a required one, or if the type of a column changed.
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
      `The type of the column ${name} of ${table} has changed, so the registry is not read. Restore its type: alter table ${table} alter column ${name} type ${before === textCategory ? 'text' : 'boolean'} using ….`,
    );
  }
}

function lostMessage(table: string, lost: readonly string[]): string {
  const [first = ''] = lost;
  const names = lost.join(', ');
  return `${table} lacks the ${lost.length === 1 ? 'column' : 'columns'} ${names}, which the registry had or needs, so it is not read. If a column was renamed: alter table ${table} rename column … to ${first}. If it was dropped, add it again (an empty column is enough if its values are not needed): alter table ${table} add column ${first} ….`;
}

/**
 * Accepts an empty table as an empty registry if all its rows were deleted, or if it never had any.
 *
 * @param rowsBefore the number of rows when the table was last read, across restarts.
 */
export function assertEmptied(table: string, emptiness: Emptiness, rowsBefore: number): void {
  if (emptiness === 'deleted' || (emptiness === 'unknown' && rowsBefore === 0)) return;
  throw new TableFaultError(
    'became_empty',
    `${table} is empty, and its rows were not removed with DELETE: it was truncated, replaced, or restored without data. The last good registry is kept. Restore the rows ("npm run registry -- restore --all --to VERSION"), or insert new ones. If it is meant to be empty: after a TRUNCATE, insert a row and delete it with DELETE; otherwise see "An empty registry" in docs/registry.md.`,
  );
}
