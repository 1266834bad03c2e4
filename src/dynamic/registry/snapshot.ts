import { settleConflicts } from './conflicts.ts';
import type { ValidatedRow } from './validated-row.ts';
import type { RouteStatus } from '../../schemas/api-shapes/workflow-api.ts';
import { type GoodVersion, type RegistryEntry, toStale } from './registry-entry.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import { createSharedFunctions } from './shared-functions.ts';
import { staleVersions } from './stale.ts';
import { atOnce, isStep, type Steps } from '../../live/cooperative-task.ts';
import { textHash } from './text-hash.ts';
import type { TextIndex } from './text-index.ts';

/** All rows at one version. Immutable: a request reads the current one once and uses it to its end. */
export type Snapshot = Readonly<{
  version: string;
  entries: readonly RegistryEntry[];
  bySlug: EntriesBySlug;
  table: RouteTable;
  counts: Readonly<Record<RouteStatus | 'rows' | 'warned', number>>;
}>;

/** The entries by slug; of rows with the same slug, the one that keeps it. */
export type EntriesBySlug = Readonly<{
  get: (slug: string) => RegistryEntry | undefined;
  /** Its index among the entries. */
  placeOf: (slug: string) => number | undefined;
}>;

/** What a build may fall back on. */
export type LastKnownGood = Readonly<{
  /** The last good version of a row, which stays in service while the row is bad. */
  lastGood: (slug: string) => GoodVersion | null;
  /** The slug that serves a path now: decides between rows without `created_at`. */
  currentOwner: (path: string) => string | undefined;
}>;

const nothingKnown: LastKnownGood = { lastGood: () => null, currentOwner: () => undefined };

/** Builds the snapshot of one version from validated rows. Pure; never throws, whatever a row contains. */
export function buildSnapshot(
  version: string,
  rows: readonly ValidatedRow[],
  lastKnownGood: LastKnownGood = nothingKnown,
): Snapshot {
  return atOnce(buildSteps(version, rows, lastKnownGood));
}

/**
 * The same in steps, for a process that serves requests meanwhile. For an unchanged, mounted row it reads the validated row
 * and nothing that this refers to: the time for a build of 10,000 rows is spent waiting for memory (docs/decisions/0007).
 */
export function* buildSteps(
  version: string,
  rows: readonly ValidatedRow[],
  lastKnownGood: LastKnownGood,
): Steps<Snapshot> {
  const { entries, bySlug, byPath } = yield* settleConflicts(rows, lastKnownGood.currentOwner);
  const counts = { ...noCounts, rows: entries.length };
  const rejected: number[] = [];
  const shared = createSharedFunctions(
    entries.length,
    (place) => entries[place]?.definition?.functionUrl.href,
  );
  for (const [place, { entry: own, functionHash, isWarned }] of rows.entries()) {
    if (isStep(place)) yield;
    const entry = entries[place] ?? own;
    if (entry === own && functionHash !== null) {
      counts.mounted += 1;
      if (isWarned) counts.warned += 1;
      shared.add(functionHash, place);
      continue;
    }
    counts[entry.status] += 1;
    if (entry.status === 'rejected') rejected.push(place);
  }
  serveStale(entries, rejected, byPath, lastKnownGood, counts);
  for (const [place, warning] of shared.warnings((at) => entries[at]?.slug ?? '')) {
    const entry = entries[place];
    if (entry === undefined) continue;
    if (entry.warnings.length === 0) counts.warned += 1;
    entries[place] = { ...entry, warnings: [...entry.warnings, warning] };
  }
  const table = createRouteTable(entries, byPath, counts.mounted + counts.stale);
  return Object.freeze({ version, entries, bySlug: entriesBySlug(entries, bySlug), table, counts });
}

function serveStale(
  entries: RegistryEntry[],
  rejected: readonly number[],
  byPath: TextIndex,
  { lastGood }: LastKnownGood,
  counts: Record<RouteStatus | 'warned', number>,
): void {
  const candidates = rejected.flatMap((place) => entries[place] ?? []);
  const stale = staleVersions(candidates, lastGood, (path) => byPath.find(path) !== undefined);
  for (const place of rejected) {
    const entry = entries[place];
    const good = entry === undefined ? undefined : stale.get(entry);
    if (entry === undefined || good === undefined) continue;
    entries[place] = toStale(entry, good);
    byPath.claim(textHash(good.definition.path), place);
    counts.rejected -= 1;
    counts.stale += 1;
    if (entry.warnings.length > 0) counts.warned += 1;
  }
}

function entriesBySlug(entries: readonly RegistryEntry[], { find }: TextIndex): EntriesBySlug {
  return Object.freeze({
    get: (slug: string) => {
      const place = find(slug);
      return place === undefined ? undefined : entries[place];
    },
    placeOf: find,
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
