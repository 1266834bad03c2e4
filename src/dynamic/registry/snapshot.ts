import { settleConflicts } from './conflicts.ts';
import type { ValidatedRow } from './validated-row.ts';
import { type GoodVersion, type RegistryEntry, type RouteStatus, toStale } from './registry-entry.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import type { ShardedMap } from './sharded-map.ts';
import { createSharedFunctions } from './shared-functions.ts';
import { staleVersions } from './stale.ts';
import { atOnce, isStep, type Steps } from '../../live/cooperative-task.ts';

/** All rows at one version. Immutable: a request reads the current one once and lives in it to its end. */
export type Snapshot = Readonly<{
  version: string;
  entries: readonly RegistryEntry[];
  bySlug: EntriesBySlug;
  table: RouteTable;
  counts: Readonly<Record<RouteStatus | 'rows' | 'warned', number>>;
}>;

/** Looks up entries by slug. Of several rows with one slug, it finds the one that keeps it. */
export type EntriesBySlug = Readonly<{
  get: (slug: string) => RegistryEntry | undefined;
  /** The index of the entry among all entries. */
  indexOf: (slug: string) => number | undefined;
}>;

/** What a build may fall back on where a row is bad. */
export type LastKnownGood = Readonly<{
  /** The last good version of a row, which keeps serving while the row is bad. */
  lastGood: (slug: string) => GoodVersion | null;
  /** The slug of the row that serves a path now; it decides between rows without `created_at`. */
  currentOwner: (path: string) => string | undefined;
}>;

const nothingKnown: LastKnownGood = { lastGood: () => null, currentOwner: () => undefined };

/** Builds the snapshot of one version from the validated rows. Pure; never throws, whatever a row contains. */
export function buildSnapshot(
  version: string,
  rows: readonly ValidatedRow[],
  lastKnownGood: LastKnownGood = nothingKnown,
): Snapshot {
  return atOnce(buildSteps(version, rows, lastKnownGood));
}

/** The same in steps, for a process that serves requests in between. */
export function* buildSteps(
  version: string,
  rows: readonly ValidatedRow[],
  lastKnownGood: LastKnownGood,
): Steps<Snapshot> {
  const { entries, indexBySlug, indexByPath } = yield* settleConflicts(rows, lastKnownGood.currentOwner);
  const counts = { ...noCounts, rows: entries.length };
  const rejected: number[] = [];
  const shared = createSharedFunctions();
  for (const [index, { entry: own, functionUrl, isWarned }] of rows.entries()) {
    if (isStep(index)) yield;
    const entry = entries[index] ?? own;
    if (entry === own && functionUrl !== null) {
      counts.mounted += 1;
      if (isWarned) counts.warned += 1;
      shared.add(functionUrl, index);
      continue;
    }
    counts[entry.status] += 1;
    if (entry.status === 'rejected') rejected.push(index);
  }
  serveStale(entries, rejected, indexByPath, lastKnownGood, counts);
  for (const [index, warning] of shared.warnings((at) => entries[at]?.slug ?? '')) {
    const entry = entries[index];
    if (entry === undefined) continue;
    if (entry.warnings.length === 0) counts.warned += 1;
    entries[index] = { ...entry, warnings: [...entry.warnings, warning] };
  }
  const table = createRouteTable(entries, indexByPath, counts.mounted + counts.stale);
  return Object.freeze({ version, entries, bySlug: entriesBySlug(entries, indexBySlug), table, counts });
}

/** Lets rejected rows serve their last good versions, in the entries, the paths and the counts. */
function serveStale(
  entries: RegistryEntry[],
  rejected: readonly number[],
  indexByPath: ShardedMap<number>,
  { lastGood }: LastKnownGood,
  counts: Record<RouteStatus | 'warned', number>,
): void {
  const candidates = rejected.flatMap((index) => entries[index] ?? []);
  const stale = staleVersions(candidates, lastGood, (path) => indexByPath.get(path) !== undefined);
  for (const index of rejected) {
    const entry = entries[index];
    const good = entry === undefined ? undefined : stale.get(entry);
    if (entry === undefined || good === undefined) continue;
    entries[index] = toStale(entry, good);
    indexByPath.set(good.definition.path, index);
    counts.rejected -= 1;
    counts.stale += 1;
    if (entry.warnings.length > 0) counts.warned += 1;
  }
}

function entriesBySlug(entries: readonly RegistryEntry[], indexBySlug: ShardedMap<number>): EntriesBySlug {
  const indexOf = (slug: string): number | undefined => indexBySlug.get(slug);
  return Object.freeze({
    get: (slug: string) => {
      const index = indexOf(slug);
      return index === undefined ? undefined : entries[index];
    },
    indexOf,
  });
}

/** What the next build may fall back on: the versions that this snapshot serves. */
export function lastKnownGoodOf(snapshot: Snapshot): LastKnownGood {
  return {
    lastGood: (slug) => {
      const entry = snapshot.bySlug.get(slug);
      if (entry === undefined || entry.definition === null || entry.servedRow === null) return null;
      return { row: entry.servedRow, definition: entry.definition };
    },
    currentOwner: (path) => snapshot.table.match(path)?.slug,
  };
}

const noCounts = { rows: 0, warned: 0, mounted: 0, not_exposed: 0, inactive: 0, rejected: 0, stale: 0 };
