import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import type { Listen, Listener, ListenerState } from './listener.ts';
import { repeat } from './repeat.ts';
import type { Saver } from './saver.ts';
import { createTableSync, type SyncStatus, type TableReader } from './table-sync.ts';

/** The copy on disk of what was in memory. `confirmedAtMs`: when the database last confirmed it, in ms since 1970. */
export type SavedCopy<Content> = Readonly<{ content: Content; confirmedAtMs: number }>;

export type LiveTableOptions<Content> = Readonly<{
  reader: TableReader;
  /** Whether nothing is in memory yet. */
  isEmpty: () => boolean;
  /** Prepares a saved copy; the function that it returns puts it in memory, and is called only if nothing is there yet. */
  prepareSaved: (content: Content) => Promise<() => void>;
  saver: Pick<Saver<unknown>, 'confirm' | 'flush'>;
  /** Starts to listen for changes, or null to poll only. */
  listen: Listen | null;
  /** Whether writers of the table notify; until they do, it is polled. */
  isNotified: () => boolean;
  /** Ends a start by throwing if `error`, the last one of the database, shows that waiting would not help. */
  assertUsable: (error: unknown) => void;
  pollMs: number;
  coalesceMs: number;
  /** Calls back whenever a connection of the pool was lost; absent if there is no pool. */
  onConnectionLost?: (listener: () => void) => void;
  /** Called after each check that ended with memory in sync; `awayMs` is how long it had been out of sync, or null. */
  onSynced: (version: string, awayMs: number | null) => void;
  onOutOfSync: (error: unknown) => void;
  onListenerState?: (state: ListenerState, error?: unknown) => void;
  /** Ends a start that waits for a database that does not respond. */
  signal: AbortSignal | undefined;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

export type LiveTable = Readonly<{
  status: () => SyncStatus;
  /** Milliseconds since the database last confirmed what is in memory, across restarts; Infinity if it never did. */
  ageMs: () => number;
  listenerState: () => ListenerState;
  /** Stops listening and polling, and writes what is not saved yet. */
  close: () => Promise<void>;
}>;

/** With a saved copy, a start waits no longer than this for the database, including the time to read the copy. */
const firstLoadMs = 250;
/**
 * The content is compared once a minute, whatever the version says: a backup may have been restored, or a trigger disabled.
 * More often if the version is polled more often than once a second.
 */
const compareMs = 60_000;
const pollsPerComparison = 60;
/** A stop waits no longer than this for a check or a write under way: the database or the disk may not respond. */
const closeMs = 1_000;

/**
 * Keeps a table of the database in memory and in sync: by polling its version, by notifications in between, by reading
 * everything after each reconnect, and by comparing the content once a minute. While the database is unavailable, the last
 * good content stays in memory; a start then uses the copy on disk.
 *
 * @param reading the copy on disk, which is read at the same time as the database; never rejects. Not among the options,
 *   since it may take 50 MB, which can be freed once the table is open.
 * @throws what `assertUsable` throws, and the reason of the signal.
 */
export async function openLiveTable<Content>(
  reading: Promise<SavedCopy<Content> | null>,
  options: LiveTableOptions<Content>,
): Promise<LiveTable> {
  const { reader, isEmpty, saver, listen, coalesceMs, signal, now } = options;
  const startedAt = now();
  const stopping = new AbortController();
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let listener: Listener | undefined;
  let polling: Promise<unknown> = Promise.resolve();

  const listenIfNotified = (): void => {
    if (listen === null || !options.isNotified() || stopping.signal.aborted) return;
    listener ??= listen({
      onNotification: () => void sync.checkChanges(),
      onConnected: () => void sync.checkAll(),
      ...(options.onListenerState && { onStateChange: options.onListenerState }),
    });
  };
  const sync = createTableSync({
    reader,
    coalesceMs,
    onSynced: (version, awayMs) => {
      confirmedAt = now();
      options.onSynced(version, awayMs);
      saver.confirm();
      listenIfNotified();
    },
    onOutOfSync: options.onOutOfSync,
    now,
  });
  const close = async (): Promise<void> => {
    stopping.abort();
    await listener?.close();
    await withinCloseMs(Promise.all([polling, sync.close()]));
    await withinCloseMs(saver.flush());
  };

  try {
    const firstLoad = sync.checkAll();
    const saved = await reading;
    const waited = saved === null ? aborted(signal) : delay(Math.max(0, startedAt + firstLoadMs - now()));
    await Promise.race([firstLoad, waited]);
    signal?.throwIfAborted();
    if (isEmpty() && saved !== null) {
      const putInMemory = await options.prepareSaved(saved.content);
      // The database may have responded meanwhile.
      if (isEmpty()) {
        putInMemory();
        confirmedAt = now() - Math.max(0, Date.now() - saved.confirmedAtMs);
      }
    }
    options.assertUsable(sync.status().lastError);
  } catch (error) {
    await close();
    throw error;
  }
  const polls = { signal: stopping.signal, now };
  polling = Promise.all([
    repeat(sync.check, { ...polls, everyMs: options.pollMs }),
    repeat(sync.checkContent, {
      ...polls,
      everyMs: Math.min(compareMs, options.pollMs * pollsPerComparison),
    }),
  ]);
  options.onConnectionLost?.(() => {
    // A check that lost its connection has failed, and the next poll reads everything. To check again at once would lose the next
    // connection, again and again, where each is closed at its first query: by a pooler whose server is down, say.
    if (sync.status().outOfSyncSince === null) void sync.checkAll();
  });
  listenIfNotified();
  return {
    status: sync.status,
    ageMs: () => now() - confirmedAt,
    listenerState: () => listener?.state() ?? 'off',
    close,
  };
}

async function withinCloseMs(work: Promise<unknown>): Promise<void> {
  await pTimeout(work, { milliseconds: closeMs, fallback: () => undefined });
}

/** Resolves when the signal is aborted; never if there is none. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
