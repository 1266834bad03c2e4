import {
  columnNames,
  type RegistryColumn,
  type RegistryColumns,
  registryColumns,
} from './columns/registry-columns.ts';
import { isText, readFlag, readText } from './columns/read-value.ts';
import { quoted } from '../json-schema/quoted.ts';
import { type Parsed, parsed, refused } from './verdict.ts';

/**
 * A row of the registry table, with the table's own column names. Every column but the slug may be absent: Rowgate also
 * serves tables that have only `workflow_slug`, `modal_endpoint_url` and `api_endpoint_url`. Times are ISO 8601.
 */
export type RegistryRow = { readonly [C in RegistryColumn]: ReturnType<RegistryColumns[C]['read']> };

type Columns = Readonly<Record<string, unknown>>;

/** Longer text is not kept: each replica has all rows in memory, and listings and documents show them. */
export const maxTextLength = 10_000;

/** Columns that decide what is served where: a value of another type takes the row out of service. */
const decidingTexts = ['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url'] as const;

/** A row about which nothing is known. Parsed, since V8 then copies it as one block, with one hidden class for all rows. */
export const emptyRow: RegistryRow = JSON.parse(
  JSON.stringify(Object.fromEntries(columnNames.map((name) => [name, null]))),
);

/**
 * Reads a row's columns as they are declared in columns/registry-columns.ts; unknown ones are ignored.
 *
 * @param onUnread called with each column whose value cannot be read, and which therefore counts as null.
 */
export function readRegistryRow(
  input: unknown,
  onUnread: (column: RegistryColumn, value: unknown) => void = ignore,
): Parsed<RegistryRow> {
  if (!isObject(input))
    return refused('row_unreadable', null, 'The row cannot be read: it must be an object.');
  for (const column of decidingTexts) {
    const value = input[column] ?? '';
    if (!isText(value)) return unreadable(column, 'must be text');
    if (isTooLong(column, value)) return unreadable(column, `must have at most ${maxTextLength} characters`);
  }
  const isActive = input['is_active'] ?? null;
  if (isTooLong('is_active', isActive)) return unreadable('is_active', 'must be true, false or null');
  if (isActive !== null && !isBlank(isActive) && readFlag(isActive) === null) {
    return unreadable('is_active', `must be true, false or null${shownText(isActive)}`);
  }
  return parsed(rowOf(input, onUnread));
}

/** A value of another type, for a message. */
export function shownText(value: unknown): string {
  return isText(value) ? `; it is ${quoted(String(value))}` : '';
}

/** The slug as in the table, by which the database finds its rows; null if it is not text. */
export function slugInTable(input: unknown): string | null {
  const slug = isObject(input) ? input['workflow_slug'] : null;
  return typeof slug === 'string' ? slug : null;
}

/** Whether a value of a column that is not JSON is longer than any that is kept. */
export function isTooLong(column: RegistryColumn, value: unknown): boolean {
  return (
    typeof value === 'string' && value.length > maxTextLength && registryColumns[column].sqlType !== 'json'
  );
}

/** Sorts behind every year of four digits; `+010000-…`, as JavaScript writes later ones, would sort before them. */
const latestTime = '9999-12-31T23:59:59.999Z';

/**
 * A `created_at` that cannot be read (`infinity`), or is thousands of years away, is later than any other, lest its row take the
 * path of another one: a row that has none is older than the column, and comes first.
 */
function sortable(createdAt: string | null): string {
  return createdAt === null || createdAt.startsWith('+') ? latestTime : createdAt;
}

function ignore(): void {
  // A caller that wants only the row accepts what could be read.
}

/** Whether a value means null, written as text. */
function isBlank(value: unknown): boolean {
  return typeof value === 'string' && (readText(value) ?? 'null').toLowerCase() === 'null';
}

/** The declaration, reduced to how each column is read. */
const readers: { readonly [C in RegistryColumn]: Readonly<{ read: (value: unknown) => RegistryRow[C] }> } =
  registryColumns;

/**
 * A filled-in copy of the empty row. For 50,000 rows this takes 0.3 s of processor time, as a literal of all columns
 * would; filling in a new object takes 0.5 s, `Object.fromEntries` 0.65 s, and their rows take half as much memory again.
 */
function rowOf(input: Columns, onUnread: (column: RegistryColumn, value: unknown) => void): RegistryRow {
  const row: { -readonly [C in RegistryColumn]: RegistryRow[C] } = { ...emptyRow };
  for (const column of columnNames) {
    const value = input[column] ?? null;
    if (value === null) continue;
    if (!isTooLong(column, value)) assign(row, column, value);
    if (row[column] === null && !isBlank(value)) onUnread(column, value);
    if (column === 'created_at' && !isBlank(value)) row.created_at = sortable(row.created_at);
  }
  return row;
}

function assign<C extends RegistryColumn>(
  row: { -readonly [K in C]: RegistryRow[K] },
  column: C,
  value: unknown,
): void {
  row[column] = readers[column].read(value);
}

function isObject(input: unknown): input is Columns {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function unreadable(column: string, why: string): Parsed<never> {
  return refused('row_unreadable', column, `The row cannot be read: ${column} ${why}.`);
}
