import { setImmediate as nextTurn } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import type { Observe } from '../../observability/observation.ts';
import type { RowRules } from '../../schemas/parse-row.ts';
import type { RegistryMode, RegistrySource } from '../../schemas/registry-source.ts';
import { createDebounce } from '../../live/debounce.ts';
import { type ValidatedRow, validateRow, newestGoodVersion } from './validated-row.ts';
import type { GoodVersion } from './registry-entry.ts';
import { applyDifference, isSameContent, listedRows } from './registry-memory.ts';
import { observeSwap } from './observe-swap.ts';
import type { ReloaderStatus } from './registry-state.ts';
import { buildSteps, lastKnownGoodOf, type LastKnownGood, type Snapshot } from './snapshot.ts';
import { inTurns } from '../../live/cooperative-task.ts';
import type { RegistryStore } from './store.ts';

/** A database that does not tell its version within this is away, though its connections may stand. */
const askMs = 4_000;
/** With the version goes a look at the table's shape, which no notification tells of; so it is asked for in between. */
const askEveryMs = 1_000;

export type ReloaderOptions = Readonly<{
  source: RegistrySource;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  /** What a first build falls back on, from the saved snapshot. */
  savedLastKnownGood: () => Promise<LastKnownGood | null>;
  /** Called in the turn after a snapshot that was read from the database went into service. */
  onLoaded: (next: Snapshot) => void;
  /** Called after each check that found or brought the served version in step with the database. */
  onSynced: (version: string) => void;
  coalesceMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

export type Reloader = Readonly<{
  /** Asks for the version and reads what changed since; resolves when done, rejects never. */
  check: () => Promise<void>;
  /** The same on word that something changed: what changed is read at once, without asking for the version first. */
  changed: () => Promise<void>;
  /** The same by comparing everything: after a reconnect, when changes may have gone by unseen. */
  compare: () => Promise<void>;
  status: () => ReloaderStatus;
  /** Waits for a check under way; later ones do nothing. */
  close: () => Promise<void>;
}>;

/**
 * Keeps the store in step with the database: read, judge, build anew, compare, swap. One check at a time; what arrives
 * meanwhile is done once more afterwards. A check that fails keeps the last good snapshot, and the next one compares
 * everything.
 */
export function createReloader(options: ReloaderOptions): Reloader {
  const { source, store, rules, observe, now } = options;
  let judged: readonly ValidatedRow[] = [];
  let mode: RegistryMode | null = null;
  let versionServed: string | null = null;
  let versionInDatabase: string | null = null;
  let lastCheckAt: number | null = null;
  let outOfSyncSince: number | null = null;
  let lastError: unknown = null;
  let mustCompare = true;
  let isTold = false;
  let versionAskedAt = Number.NEGATIVE_INFINITY;

  const inStep = (version: string): void => {
    if (outOfSyncSince !== null)
      observe({ kind: 'registry_back_in_sync', awayMs: Math.round(now() - outOfSyncSince) });
    versionServed = version;
    versionInDatabase = version;
    lastCheckAt = now();
    outOfSyncSince = null;
    lastError = null;
    options.onSynced(version);
  };

  const swap = async (version: string, rows: readonly ValidatedRow[], startedAt: number): Promise<void> => {
    const current = store.current();
    const past = await completeLastKnownGood(
      rows,
      current === undefined ? await options.savedLastKnownGood() : lastKnownGoodOf(current),
      current,
    );
    const next = await inTurns(buildSteps(version, rows, past), now);
    judged = rows;
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
    const found = new Map<string, GoodVersion | null>();
    for (const { slug, verdict } of current === undefined ? rows : []) {
      if (verdict.status !== 'rejected' || known?.lastGood(slug)) continue;
      found.set(slug, newestGoodVersion(await source.readHistory(slug), rules));
    }
    return {
      lastGood: (slug) => known?.lastGood(slug) ?? found.get(slug) ?? null,
      currentOwner: (path) => known?.currentOwner(path),
    };
  };

  const compareAll = async (): Promise<void> => {
    // Before reading: a compare that is asked for meanwhile is one more.
    mustCompare = false;
    const startedAt = now();
    const known = new Set(judged.map(({ hash }) => hash));
    const listing = await source.readListing(known, (row, hash) => validateRow(row, hash, rules));
    const rows = listedRows(listing, judged);
    mode = listing.mode;
    if (store.current() === undefined || versionServed === null || !isSameContent(rows, judged)) {
      await swap(listing.version, rows, startedAt);
    }
    inStep(listing.version);
  };

  const checkVersion = async (): Promise<void> => {
    if (mustCompare || versionServed === null) return compareAll();
    if (isTold && now() - versionAskedAt < askEveryMs) return readChanges(versionServed);
    versionAskedAt = now();
    const version = await pTimeout(source.readVersion(), { milliseconds: askMs });
    if (version === null) return compareAll();
    versionInDatabase = version;
    if (version === versionServed) return inStep(versionServed);
    return readChanges(versionServed);
  };

  const readChanges = async (sinceVersion: string): Promise<void> => {
    isTold = false;
    const startedAt = now();
    const difference = await source.readDifference(sinceVersion);
    if (difference === null) return compareAll();
    const rows = applyDifference(judged, difference, rules);
    if (rows !== judged) await swap(difference.version, rows, startedAt);
    inStep(difference.version);
  };

  const guarded = (work: () => Promise<void>) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (outOfSyncSince === null) observe({ kind: 'registry_out_of_sync', error });
      outOfSyncSince ??= now();
      lastError = error;
      mustCompare = true;
    }
  };
  const checks = createDebounce(guarded(checkVersion), options.coalesceMs, now);

  return {
    check: checks.ask,
    changed: () => {
      isTold = true;
      return checks.ask();
    },
    compare: () => {
      mustCompare = true;
      return checks.ask();
    },
    status: () => ({ mode, versionServed, versionInDatabase, lastCheckAt, outOfSyncSince, lastError }),
    close: checks.close,
  };
}
