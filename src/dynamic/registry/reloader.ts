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

/** A database that does not return its version in this time counts as unavailable, even if its connections are open. */
const versionTimeoutMs = 4_000;
/** Reading the version also checks the table's columns, which no notification covers; so it is read this often. */
const versionEveryMs = 1_000;

export type ReloaderOptions = Readonly<{
  source: RegistrySource;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  /** What a first build falls back on, from the saved snapshot. */
  savedLastKnownGood: () => Promise<LastKnownGood | null>;
  /** Called in the turn after a snapshot that was read from the database went into service. */
  onLoaded: (next: Snapshot) => void;
  /** Called after each check that left the served version in sync with the database. */
  onSynced: (version: string) => void;
  coalesceMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

export type Reloader = Readonly<{
  /** Reads the version, and what changed since; resolves when done, never rejects. */
  check: () => Promise<void>;
  /** The same after a notification: what changed is read at once, without reading the version first. */
  changed: () => Promise<void>;
  /** The same by comparing everything: after a reconnect, when changes may have been missed. */
  compare: () => Promise<void>;
  status: () => ReloaderStatus;
  /** Waits for a check under way; later ones do nothing. */
  close: () => Promise<void>;
}>;

/**
 * Keeps the store in sync with the database: read, validate, build anew, compare, swap. One check at a time; requests that
 * arrive meanwhile cause one more check afterwards. A check that fails keeps the last good snapshot, and the next one compares
 * everything.
 */
export function createReloader(options: ReloaderOptions): Reloader {
  const { source, store, rules, observe, now } = options;
  let validated: readonly ValidatedRow[] = [];
  let mode: RegistryMode | null = null;
  let versionServed: string | null = null;
  let versionInDatabase: string | null = null;
  let lastCheckAt: number | null = null;
  let outOfSyncSince: number | null = null;
  let lastError: unknown = null;
  let mustCompare = true;
  let isNotified = false;
  let versionAskedAt = Number.NEGATIVE_INFINITY;

  const synced = (version: string): void => {
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
    const known = new Set(validated.map(({ hash }) => hash));
    const listing = await source.readListing(known, (row, hash) => validateRow(row, hash, rules));
    const rows = listedRows(listing, validated);
    mode = listing.mode;
    if (store.current() === undefined || versionServed === null || !isSameContent(rows, validated)) {
      await swap(listing.version, rows, startedAt);
    }
    synced(listing.version);
  };

  const checkVersion = async (): Promise<void> => {
    if (mustCompare || versionServed === null) return compareAll();
    if (isNotified && now() - versionAskedAt < versionEveryMs) return readChanges(versionServed);
    versionAskedAt = now();
    const version = await pTimeout(source.readVersion(), { milliseconds: versionTimeoutMs });
    if (version === null) return compareAll();
    versionInDatabase = version;
    if (version === versionServed) return synced(versionServed);
    return readChanges(versionServed);
  };

  const readChanges = async (sinceVersion: string): Promise<void> => {
    isNotified = false;
    const startedAt = now();
    const difference = await source.readDifference(sinceVersion);
    if (difference === null) return compareAll();
    const rows = applyDifference(validated, difference, rules);
    if (rows !== validated) await swap(difference.version, rows, startedAt);
    synced(difference.version);
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
      isNotified = true;
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
