import type { RegistryEntry } from '../../../src/dynamic/registry/registry-entry.ts';
import { buildSnapshot } from '../../../src/dynamic/registry/snapshot.ts';
import { validateRow } from '../../../src/dynamic/registry/validated-row.ts';
import { columnNames } from '../../../src/schemas/columns/registry-columns.ts';
import type { RowRules } from '../../../src/schemas/parse-row.ts';
import type { FileRow } from './read-rows.ts';

/** A problem with a row; `line` is null for a row of the database. */
export type RowProblem = Readonly<{
  line: number | null;
  severity: 'error' | 'warning';
  code: string;
  slug: string;
  message: string;
}>;

/**
 * The problems that a gateway would report if the rows of a file were written to the database, where they replace rows
 * with the same slug. New rows count as the newest of all, since the table's trigger sets their `created_at`.
 *
 * @param present the rows in the database; empty if there is nothing to compare with.
 * @param now when the rows would be written.
 */
export function checkRows(
  rows: readonly FileRow[],
  present: readonly RegistryEntry[],
  rules: RowRules,
  now: Date,
): readonly RowProblem[] {
  const presentBySlug = new Map(present.map((entry) => [entry.slug, entry]));
  const written = rows.map(({ columns, line }) => {
    const validated = validateRow(columns, `line ${line}`, rules);
    const known = presentBySlug.get(validated.slug);
    const created_at = known === undefined ? now.toISOString() : known.row.created_at;
    return validateRow({ ...columns, created_at }, `line ${line}`, rules);
  });
  const slugs = new Set(written.map(({ slug }) => slug));
  const others = present.filter(({ slug }) => !slugs.has(slug));
  const unchanged = others.map(({ row, hash, slugInTable }) => validateRow(row, hash, rules, slugInTable));
  const { entries } = buildSnapshot('checked', [...written, ...unchanged]);
  return [
    ...unknownColumns(rows),
    ...entries.flatMap((entry, place) => {
      const row = rows[place];
      if (row !== undefined) return problemsOf(entry, row.line);
      const before = others[place - rows.length];
      return before?.status === 'mounted' && entry.status !== 'mounted' ? problemsOf(entry, null) : [];
    }),
  ];
}

function problemsOf({ slug, reasons, warnings }: RegistryEntry, line: number | null): readonly RowProblem[] {
  const found = (severity: RowProblem['severity']) => (finding: { code: string; message: string }) => ({
    line,
    severity,
    code: finding.code,
    slug,
    message: finding.message,
  });
  return [...reasons.map(found('error')), ...(line === null ? [] : warnings.map(found('warning')))];
}

/** One per column: a table may have other columns, but a misspelt one would be ignored silently. */
function unknownColumns(rows: readonly FileRow[]): readonly RowProblem[] {
  const known: ReadonlySet<string> = new Set(columnNames);
  const lines = new Map<string, number>();
  for (const { line, columns } of rows) {
    for (const column of Object.keys(columns)) {
      if (!known.has(column) && !lines.has(column)) lines.set(column, line);
    }
  }
  return Array.from(lines, ([column, line]) => ({
    line,
    severity: 'warning',
    code: 'column_unknown',
    slug: '',
    message: `The column ${JSON.stringify(column)} is ignored: Rowgate does not read a column of that name. Check its spelling.`,
  }));
}
