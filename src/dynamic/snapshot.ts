import type { RowVerdict } from '../schemas/parse-row.ts';
import type { RegistryRow } from '../schemas/registry-row.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { Reason, Warning } from '../schemas/verdict.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import { settleConflicts, sharedFunctionWarnings } from './conflicts.ts';

export const routeStatuses = ['mounted', 'not_exposed', 'inactive', 'rejected', 'stale'] as const;
export type RouteStatus = (typeof routeStatuses)[number];

/** One row of the registry with what became of it. */
export type RegistryEntry = Readonly<{
  slug: string;
  row: RegistryRow;
  status: RouteStatus;
  /** What is served, for mounted and stale rows. */
  definition: RouteDefinition | null;
  reasons: readonly Reason[];
  warnings: readonly Warning[];
}>;

/** All rows at one version. Immutable: a request reads the current one once and lives in it to its end. */
export type Snapshot = Readonly<{
  version: string;
  entries: readonly RegistryEntry[];
  bySlug: ReadonlyMap<string, RegistryEntry>;
  table: RouteTable;
  counts: Readonly<Record<RouteStatus | 'rows' | 'warned', number>>;
}>;

/** Builds the snapshot of one version from the verdicts on its rows. Pure; never throws for what a row holds. */
export function buildSnapshot(version: string, verdicts: readonly RowVerdict[]): Snapshot {
  const settled = settleConflicts(verdicts);
  const shared = sharedFunctionWarnings(settled);
  const entries = settled.map((verdict) => toEntry(verdict, shared));
  const bySlug = new Map<string, RegistryEntry>();
  for (const entry of entries) {
    const lostItsSlug = entry.reasons.some(({ code }) => code === 'slug_duplicate');
    if (!lostItsSlug && !bySlug.has(entry.slug)) bySlug.set(entry.slug, entry);
  }
  const table = createRouteTable(
    entries.flatMap(({ definition }) => (definition === null ? [] : [definition])),
  );
  return Object.freeze({ version, entries, bySlug, table, counts: countEntries(entries) });
}

function toEntry(verdict: RowVerdict, shared: ReadonlyMap<string, Warning>): RegistryEntry {
  const slug = verdict.row.workflow_slug ?? '';
  if (verdict.status !== 'routable') {
    const reasons = verdict.status === 'rejected' ? verdict.reasons : [];
    return {
      slug,
      row: verdict.row,
      status: verdict.status,
      definition: null,
      reasons,
      warnings: verdict.warnings,
    };
  }
  const sharing = shared.get(slug);
  const warnings = sharing === undefined ? verdict.warnings : [...verdict.warnings, sharing];
  return { slug, row: verdict.row, status: 'mounted', definition: verdict.definition, reasons: [], warnings };
}

function countEntries(entries: readonly RegistryEntry[]): Snapshot['counts'] {
  const counts = {
    rows: entries.length,
    warned: 0,
    mounted: 0,
    not_exposed: 0,
    inactive: 0,
    rejected: 0,
    stale: 0,
  };
  for (const entry of entries) {
    counts[entry.status] += 1;
    if (entry.warnings.length > 0 && entry.definition !== null) counts.warned += 1;
  }
  return counts;
}
