import type { RowVerdict } from '../../schemas/parse-row.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { Reason, Warning } from '../../schemas/verdict.ts';
import type { RouteStatus } from '../../schemas/api-shapes/workflow-api.ts';

/** One row of the registry with its status. */
export type RegistryEntry = Readonly<{
  slug: string;
  /** The slug as in the table, possibly padded: the database finds the row by it. */
  slugInTable: string | null;
  hash: string;
  row: RegistryRow;
  status: RouteStatus;
  /** What is served, for mounted and stale rows. */
  definition: RouteDefinition | null;
  /** The row that `definition` was parsed from: `row` itself, or for a stale one its last good version. */
  servedRow: RegistryRow | null;
  reasons: readonly Reason[];
  warnings: readonly Warning[];
}>;

/** A version of a row that could be served: what a row that went bad falls back on. */
export type GoodVersion = Readonly<{ row: RegistryRow; definition: RouteDefinition }>;

/** Shared by all rows that are not rejected. */
const none: readonly Reason[] = [];

/** The entry for a verdict. */
export function toEntry(
  hash: string,
  verdict: RowVerdict,
  slugInTable = verdict.row.workflow_slug,
): RegistryEntry {
  const { row, warnings } = verdict;
  const common = { slug: row.workflow_slug ?? '', slugInTable, hash, row, warnings };
  switch (verdict.status) {
    case 'routable':
      return { ...common, status: 'mounted', definition: verdict.definition, servedRow: row, reasons: none };
    case 'rejected':
      return { ...common, status: 'rejected', definition: null, servedRow: null, reasons: verdict.reasons };
    case 'not_exposed':
    case 'inactive':
      return { ...common, status: verdict.status, definition: null, servedRow: null, reasons: none };
  }
}

/** The entry of a rejected row that keeps serving its last good version. */
export function toStale(entry: RegistryEntry, { row, definition }: GoodVersion): RegistryEntry {
  return { ...entry, status: 'stale', definition, servedRow: row };
}
