import { settleConflicts } from './conflicts.ts';
import type { JudgedRow } from './judged-row.ts';
import {
  type GoodVersion,
  type RegistryEntry,
  type RouteStatus,
  toEntry,
  toStale,
} from './registry-entry.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import { createSharedFunctions } from './shared-functions.ts';
import { staleVersions } from './stale.ts';
import { atOnce, isStep, type Steps } from './steps.ts';

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

/**
 * The same in steps, for a process that serves meanwhile. It goes through the rows twice and makes three maps of them: at
 * 10,000 rows it is memory that it waits for, and each further pass or map takes 1 to 3 ms of a process that does other
 * things in between.
 */
export function* buildSteps(version: string, judged: readonly JudgedRow[], past: Past): Steps<Snapshot> {
  const { verdicts, byPath } = yield* settleConflicts(
    judged.map(({ verdict }) => verdict),
    past.incumbent,
  );
  const stale = staleVersions(verdicts, past.lastGood, (path) => byPath.has(path));
  for (const good of stale.values()) byPath.set(good.definition.path, good);
  const shared = createSharedFunctions();
  const entries: RegistryEntry[] = [];
  const bySlug = new Map<string, RegistryEntry>();
  const counts = { ...noCounts };
  for (const [index, { slug, hash, verdict, entry: own }] of judged.entries()) {
    const settled = verdicts[index] ?? verdict;
    if (settled.status === 'routable') shared.add(settled.definition.functionUrl.href, index);
    const entry = entryOf(settled === verdict ? own : toEntry(hash, settled), stale);
    entries.push(entry);
    if (!isDuplicate(entry) || !bySlug.has(slug)) bySlug.set(slug, entry);
    counts.rows += 1;
    counts[entry.status] += 1;
    if (entry.definition !== null && entry.warnings.length > 0) counts.warned += 1;
    if (isStep(index)) yield;
  }
  for (const [index, warning] of shared.warnings((at) => judged[at]?.slug ?? '')) {
    const entry = entries[index];
    if (entry === undefined) continue;
    if (entry.warnings.length === 0) counts.warned += 1;
    const warned = { ...entry, warnings: [...entry.warnings, warning] };
    entries[index] = warned;
    bySlug.set(entry.slug, warned);
  }
  return Object.freeze({ version, entries, bySlug, table: createRouteTable(byPath), counts });
}

function entryOf(entry: RegistryEntry, stale: ReadonlyMap<string, GoodVersion>): RegistryEntry {
  if (entry.status !== 'rejected' || isDuplicate(entry)) return entry;
  const good = stale.get(entry.slug);
  return good === undefined ? entry : toStale(entry, good);
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

const noCounts = { rows: 0, warned: 0, mounted: 0, not_exposed: 0, inactive: 0, rejected: 0, stale: 0 };
