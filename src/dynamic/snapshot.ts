import type { RowVerdict } from '../schemas/parse-row.ts';
import type { RegistryRow } from '../schemas/registry-row.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { Reason, Warning } from '../schemas/verdict.ts';
import { settleConflicts, sharedFunctionWarnings } from './conflicts.ts';
import type { GoodVersion, JudgedRow } from './judged-row.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import { staleVersions } from './stale.ts';
import { atOnce, isStep, type Steps } from './steps.ts';

export const routeStatuses = ['mounted', 'not_exposed', 'inactive', 'rejected', 'stale'] as const;
export type RouteStatus = (typeof routeStatuses)[number];

/** One row of the registry with what became of it. */
export type RegistryEntry = Readonly<{
  slug: string;
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

/** All rows at one version. Immutable: a request reads the current one once and lives in it to its end. */
export type Snapshot = Readonly<{
  version: string;
  entries: readonly RegistryEntry[];
  bySlug: ReadonlyMap<string, RegistryEntry>;
  table: RouteTable;
  counts: Readonly<Record<RouteStatus | 'rows' | 'warned', number>>;
}>;

/** What a build may fall back on. */
export type Past = Readonly<{
  /** The last good version of a row, which serves on while the row is bad. */
  lastGood: (slug: string) => GoodVersion | null;
  /** Who serves a path now: decides between rows that have no `created_at`. */
  incumbent: (path: string) => string | undefined;
}>;

const noPast: Past = { lastGood: () => null, incumbent: () => undefined };

/** Builds the snapshot of one version from the judged rows. Pure; never throws for what a row holds. */
export function buildSnapshot(version: string, judged: readonly JudgedRow[], past: Past = noPast): Snapshot {
  return atOnce(buildSteps(version, judged, past));
}

/** The same in steps, for a process that serves meanwhile. */
export function* buildSteps(version: string, judged: readonly JudgedRow[], past: Past): Steps<Snapshot> {
  const verdicts = yield* settleConflicts(
    judged.map(({ verdict }) => verdict),
    past.incumbent,
  );
  const shared = yield* sharedFunctionWarnings(verdicts);
  const stale = staleVersions(verdicts, past.lastGood);
  const entries: RegistryEntry[] = [];
  const bySlug = new Map<string, RegistryEntry>();
  const definitions: RouteDefinition[] = [];
  const counts = { ...noCounts };
  let index = 0;
  for (const verdict of verdicts) {
    const hash = judged[index]?.hash ?? '';
    index += 1;
    if (isStep(index)) yield;
    const slug = verdict.row.workflow_slug ?? '';
    const entry = toEntry(slug, hash, verdict, shared.get(slug), stale.get(slug));
    entries.push(entry);
    if (!isDuplicate(entry) || !bySlug.has(slug)) bySlug.set(slug, entry);
    counts.rows += 1;
    counts[entry.status] += 1;
    if (entry.definition === null) continue;
    definitions.push(entry.definition);
    if (entry.warnings.length > 0) counts.warned += 1;
  }
  yield;
  return Object.freeze({ version, entries, bySlug, table: createRouteTable(definitions), counts });
}

function isDuplicate({ status, reasons }: RegistryEntry): boolean {
  return status === 'rejected' && reasons.some(({ code }) => code === 'slug_duplicate');
}

/** What the next build may fall back on: the versions that this snapshot serves. */
export function pastOf(snapshot: Snapshot): Past {
  return {
    lastGood: (slug) => {
      const entry = snapshot.bySlug.get(slug);
      if (entry === undefined || entry.definition === null || entry.servedRow === null) return null;
      return { row: entry.servedRow, definition: entry.definition };
    },
    incumbent: (path) => snapshot.table.match(path)?.slug,
  };
}

function toEntry(
  slug: string,
  hash: string,
  verdict: RowVerdict,
  sharing: Warning | undefined,
  lastGood: GoodVersion | undefined,
): RegistryEntry {
  const { row, status } = verdict;
  const warnings = sharing === undefined ? verdict.warnings : [...verdict.warnings, sharing];
  // Written out, and not spread from a common part: this runs for every row at every change, and is half as dear.
  if (status === 'routable') {
    const { definition } = verdict;
    return { slug, hash, row, status: 'mounted', definition, servedRow: row, reasons: none, warnings };
  }
  if (status !== 'rejected') {
    return { slug, hash, row, status, definition: null, servedRow: null, reasons: none, warnings };
  }
  const { reasons } = verdict;
  if (lastGood === undefined || reasons.some(({ code }) => code === 'slug_duplicate')) {
    return { slug, hash, row, status: 'rejected', definition: null, servedRow: null, reasons, warnings };
  }
  const { definition, row: servedRow } = lastGood;
  return { slug, hash, row, status: 'stale', definition, servedRow, reasons, warnings };
}

const none: readonly never[] = [];
const noCounts = { rows: 0, warned: 0, mounted: 0, not_exposed: 0, inactive: 0, rejected: 0, stale: 0 };
