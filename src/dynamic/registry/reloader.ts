import { setImmediate as nextTurn } from 'node:timers/promises';
import { inTurns } from '../../live/cooperative-task.ts';
import type { TableReader } from '../../live/table-sync.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RowRules } from '../../schemas/parse-row.ts';
import type { RegistryMode, RegistrySource } from '../../schemas/registry-source.ts';
import { earlierGoodVersions } from './earlier-versions.ts';
import { observeSwap } from './observe-swap.ts';
import { applyDifference, isSameContent, listedRows } from './registry-memory.ts';
import { buildSteps, type LastKnownGood, lastKnownGoodOf, type Snapshot } from './snapshot.ts';
import type { RegistryStore } from './store.ts';
import { type ValidatedRow, validateRow } from './validated-row.ts';

export type ReloaderOptions = Readonly<{
  source: RegistrySource;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  /** What a first build falls back on, from the saved snapshot. */
  savedLastKnownGood: () => Promise<LastKnownGood | null>;
  /** Called in the turn after a snapshot that was read from the database went into service. */
  onLoaded: (next: Snapshot) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

export type Reloader = TableReader &
  Readonly<{
    /** How the registry shows that it changed; null before it was read. */
    mode: () => RegistryMode | null;
  }>;

/** Reads the registry into the store: read, validate, build anew, compare, swap. What fails leaves the last good snapshot. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { source, store, rules, observe, now } = options;
  let validated: readonly ValidatedRow[] = [];
  let mode: RegistryMode | null = null;
  let hasLoaded = false;

  const swap = async (version: string, rows: readonly ValidatedRow[], startedAt: number): Promise<void> => {
    const current = store.current();
    const lastKnownGood = await completeLastKnownGood(
      rows,
      current === undefined ? await options.savedLastKnownGood() : lastKnownGoodOf(current),
      current,
    );
    const next = await inTurns(buildSteps(version, rows, lastKnownGood), now);
    validated = rows;
    const changed = store.swap(next);
    observeSwap(next, changed, now() - startedAt, observe);
    await nextTurn();
    options.onLoaded(next);
  };

  /** Over a start, what neither the last snapshot nor the saved one knows is looked up in the registry's history. */
  const completeLastKnownGood = async (
    rows: readonly ValidatedRow[],
    known: LastKnownGood | null,
    current: Snapshot | undefined,
  ): Promise<LastKnownGood> => {
    const unknown =
      current === undefined
        ? rows.filter(({ slug, verdict }) => verdict.status === 'rejected' && !known?.lastGood(slug))
        : [];
    const found = await earlierGoodVersions(unknown, source.readHistories, rules);
    return {
      lastGood: (slug) => known?.lastGood(slug) ?? found.get(slug) ?? null,
      currentOwner: (path) => known?.currentOwner(path),
    };
  };

  return {
    mode: () => mode,
    readVersion: source.readVersion,
    loadAll: async () => {
      const startedAt = now();
      const known = new Set(validated.map(({ hash }) => hash));
      const listing = await source.readListing(known, (row, hash, slug) =>
        validateRow(row, hash, rules, slug),
      );
      const rows = listedRows(listing, validated);
      mode = listing.mode;
      if (!hasLoaded || !isSameContent(rows, validated)) await swap(listing.version, rows, startedAt);
      hasLoaded = true;
      return listing.version;
    },
    loadChanges: async (sinceVersion) => {
      const startedAt = now();
      const difference = await source.readDifference(sinceVersion);
      if (difference === null) return null;
      const rows = applyDifference(validated, difference, rules);
      if (rows !== validated) await swap(difference.version, rows, startedAt);
      return difference.version;
    },
  };
}
