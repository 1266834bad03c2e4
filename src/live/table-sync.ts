import pTimeout from 'p-timeout';
import { createDebounce } from './debounce.ts';

/** Reads a table into memory. Every function rejects when the database cannot be read; memory is then unchanged. */
export type TableReader = Readonly<{
  /** The table's current version, read cheaply; null if only reading everything can show it. */
  readVersion: () => Promise<string | null>;
  /** Reads the whole table and applies what differs from memory. Returns the version then in memory. */
  loadAll: () => Promise<string>;
  /** Reads and applies what changed since a version; null if only `loadAll` can. */
  loadChanges: (sinceVersion: string) => Promise<string | null>;
  /** Whether memory has the table's content, whatever the version says, and the version that was compared. */
  compareContent: () => Promise<Readonly<{ version: string; isSame: boolean }>>;
}>;

/** How memory relates to the database. Times are milliseconds of `now`. */
export type SyncStatus = Readonly<{
  /** The version whose content is in memory. */
  versionServed: string | null;
  /** The newest version that was seen in the database. */
  versionInDatabase: string | null;
  /** When the database last confirmed or delivered what is in memory. */
  lastCheckAt: number | null;
  /** When the database first could not be read, and the last error. */
  outOfSyncSince: number | null;
  lastError: unknown;
}>;

export type TableSyncOptions = Readonly<{
  reader: TableReader;
  /** Checks start no closer together than this; a burst of changes shares one. */
  coalesceMs: number;
  /** Called after each check that ended with memory in sync; `awayMs` is how long it had been out of sync, or null. */
  onSynced: (version: string, awayMs: number | null) => void;
  /** Called on the first failure, not on those that follow it. */
  onOutOfSync: (error: unknown) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

/** All checks resolve when they are done and never reject. */
export type TableSync = Readonly<{
  /** Reads the version, and what changed since. */
  check: () => Promise<void>;
  /** The same on a notification: the changes are read at once, without reading the version first. */
  checkChanges: () => Promise<void>;
  /** The same by reading everything: after a reconnect, when changes may have been missed. */
  checkAll: () => Promise<void>;
  /** Compares the content, whatever the version says: a restored backup may have the same version and other rows. */
  checkContent: () => Promise<void>;
  status: () => SyncStatus;
  /** Waits for a check under way; later ones do nothing. */
  close: () => Promise<void>;
}>;

/** A database that does not return the version within this time counts as unavailable, even if its connections are open. */
const versionTimeoutMs = 4_000;
/** Reading the version also shows changes that no notification announces (of the table's shape), so it goes on in between. */
const versionEveryMs = 1_000;

/**
 * Keeps memory in sync with a table, one check at a time; what arrives meanwhile leads to one more check afterwards. A failed
 * check leaves memory unchanged, and the next one reads everything.
 */
export function createTableSync(options: TableSyncOptions): TableSync {
  const { reader, onSynced, onOutOfSync, now } = options;
  let versionServed: string | null = null;
  let versionInDatabase: string | null = null;
  let lastCheckAt: number | null = null;
  let outOfSyncSince: number | null = null;
  let lastError: unknown = null;
  let mustLoadAll = true;
  let mustCompare = false;
  let isNotified = false;
  let versionReadAt = Number.NEGATIVE_INFINITY;

  const synced = (version: string): void => {
    const awayMs = outOfSyncSince === null ? null : now() - outOfSyncSince;
    versionServed = version;
    versionInDatabase = version;
    lastCheckAt = now();
    outOfSyncSince = null;
    lastError = null;
    onSynced(version, awayMs);
  };

  const loadAll = async (): Promise<string> => {
    // Before reading: a request that arrives meanwhile leads to another read.
    mustLoadAll = false;
    mustCompare = false;
    return reader.loadAll();
  };

  const bringInSync = async (): Promise<string> => {
    const wasNotified = isNotified;
    isNotified = false;
    if (mustLoadAll || versionServed === null) return loadAll();
    if (mustCompare) {
      mustCompare = false;
      const { version, isSame } = await reader.compareContent();
      versionInDatabase = version;
      return isSame ? version : loadAll();
    }
    if (!wasNotified || now() - versionReadAt >= versionEveryMs) {
      versionReadAt = now();
      const version = await pTimeout(reader.readVersion(), { milliseconds: versionTimeoutMs });
      if (version === null) return loadAll();
      versionInDatabase = version;
      if (version === versionServed) return version;
    }
    return (await reader.loadChanges(versionServed)) ?? loadAll();
  };

  const checks = createDebounce(
    async () => {
      try {
        synced(await bringInSync());
      } catch (error) {
        if (outOfSyncSince === null) onOutOfSync(error);
        outOfSyncSince ??= now();
        lastError = error;
        mustLoadAll = true;
      }
    },
    options.coalesceMs,
    now,
  );

  return {
    check: checks.ask,
    checkChanges: () => {
      isNotified = true;
      return checks.ask();
    },
    checkAll: () => {
      mustLoadAll = true;
      return checks.ask();
    },
    checkContent: () => {
      mustCompare = true;
      return checks.ask();
    },
    status: () => ({ versionServed, versionInDatabase, lastCheckAt, outOfSyncSince, lastError }),
    close: checks.close,
  };
}
