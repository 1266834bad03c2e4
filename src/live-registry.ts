import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import { isAway } from './db/database-errors.ts';
import { type Listener, type ListenerState, startListener } from './db/listener/listener.ts';
import { readSnapshotFile, type SavedSnapshot } from './live/snapshot-file.ts';
import { createSnapshotSaver } from './live/snapshot-saver.ts';
import type { ReloaderStatus } from './dynamic/registry/registry-state.ts';
import { createReloader } from './dynamic/registry/reloader.ts';
import type { LastKnownGood, Snapshot } from './dynamic/registry/snapshot.ts';
import type { RegistryStore } from './dynamic/registry/store.ts';
import type { Observe } from './observability/observation.ts';
import type { RowRules } from './schemas/parse-row.ts';
import type { RegistrySource } from './schemas/registry-source.ts';
import { restoreSnapshot, savedLastKnownGood } from './last-known-good.ts';

export type LiveRegistryOptions = Readonly<{
  source: RegistrySource;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  pollMs: number;
  /** Where to LISTEN, or null to poll only. */
  listen: Readonly<{ url: string; caFile: string | null }> | null;
  snapshotPath: string;
  /** Which registry the saved snapshot must be of. */
  fingerprint: string;
  onSynced: (version: string) => void;
  /** Ends a start that waits for a mute database. */
  signal: AbortSignal | undefined;
  now: () => number;
}>;

export type LiveRegistry = Readonly<{
  status: () => ReloaderStatus;
  listenerState: () => ListenerState;
  close: () => Promise<void>;
}>;

/** The channel on which the registry's trigger tells its version. */
const channel = 'rowgate_registry';
const coalesceMs = 50;
/** With a saved snapshot to serve, a start waits no longer than this for the database, the file's reading included. */
const firstLoadMs = 250;
/** Writing 10,000 rows takes 0.1 s of the process, which under steady change would be felt if it came every second. */
const saveEveryMs = 5_000;
/** A stop waits no longer for a check or a write under way: the database or the disk may be mute. */
const closeMs = 1_000;

/**
 * Loads the registry and keeps it in step: by polling its version, by NOTIFY in between, and by comparing everything
 * after each reconnect. A start with the database away serves the saved snapshot; with neither, it stays not ready.
 *
 * @throws what the database says, where there is nothing to serve and waiting would not help: a missing table, a
 *   refused password.
 */
export async function startLiveRegistry(options: LiveRegistryOptions): Promise<LiveRegistry> {
  const { source, store, rules, observe, pollMs, listen, now } = options;
  const startedAt = now();
  // While the database is asked. What it was read for is over with the first swap, and 50,000 rows take 50 MB.
  const reading = readSaved(options);
  let past: Promise<LastKnownGood | null> = reading.then(
    (found) => found && savedLastKnownGood(found, rules),
  );
  const saver = createSnapshotSaver({
    path: options.snapshotPath,
    registry: options.fingerprint,
    minIntervalMs: saveEveryMs,
    onSaved: (facts) => observe({ kind: 'snapshot_file_saved', ...facts }),
    onFailed: (error) => observe({ kind: 'snapshot_file_failed', error }),
  });
  const reloader = createReloader({
    source,
    store,
    rules,
    observe,
    coalesceMs,
    now,
    savedLastKnownGood: () => past,
    onSynced: (version) => {
      options.onSynced(version);
      listenIfTracked();
    },
    onLoaded: (next) => {
      past = Promise.resolve(null);
      saver.save({ version: next.version, count: next.entries.length, rows: savedRows(next) });
    },
  });

  const stopping = new AbortController();
  let listener: Listener | undefined;
  /** Only our trigger notifies: a table without it is polled, until a migration gives it one. */
  const listenIfTracked = (): void => {
    if (listen === null || reloader.status().mode === 'compared' || stopping.signal.aborted) return;
    listener ??= startListener({
      ...listen,
      channel,
      onNotification: () => void reloader.changed(),
      onConnected: () => void reloader.compare(),
      onStateChange: (state, error) => observe({ kind: 'listener_state', state, error }),
      now,
    });
  };

  const loading = reloader.compare();
  const saved = await reading;
  const waited =
    saved === null ? aborted(options.signal) : delay(Math.max(0, startedAt + firstLoadMs - now()));
  await Promise.race([loading, waited]);
  if (options.signal?.aborted === true) {
    await pTimeout(reloader.close(), { milliseconds: closeMs, fallback: () => undefined });
    throw options.signal.reason;
  }
  if (store.current() === undefined && saved !== null) {
    const restored = await restoreSnapshot(saved, rules);
    // The database may have answered meanwhile.
    if (store.current() === undefined) {
      store.swap(restored);
      observe({ kind: 'snapshot_file_used', version: saved.version, savedAt: saved.savedAt });
    }
  }
  const { lastError } = reloader.status();
  if (store.current() === undefined && !isAway(lastError)) {
    await reloader.close();
    throw lastError;
  }

  startPolling(reloader.check, pollMs, stopping.signal);
  listenIfTracked();
  return {
    status: reloader.status,
    listenerState: () => listener?.state() ?? 'off',
    close: async () => {
      stopping.abort();
      await listener?.close();
      await pTimeout(reloader.close(), { milliseconds: closeMs, fallback: () => undefined });
      await pTimeout(saver.flush(), { milliseconds: closeMs, fallback: () => undefined });
    },
  };
}

/** Resolves when the signal is aborted; never where there is none. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function readSaved({
  snapshotPath,
  fingerprint,
  observe,
}: LiveRegistryOptions): Promise<SavedSnapshot | null> {
  const read = await readSnapshotFile(snapshotPath, fingerprint);
  if (read.status === 'found') return read.snapshot;
  if (read.status === 'refused') observe({ kind: 'snapshot_file_refused', reason: read.reason });
  return null;
}

function* savedRows({ entries }: Snapshot) {
  for (const { row, hash, servedRow } of entries) {
    yield { row, hash, served: servedRow !== null, goodRow: servedRow === row ? null : servedRow };
  }
}

/** Checks every `pollMs`, counted from the end of the last check, until aborted. */
function startPolling(check: () => Promise<void>, pollMs: number, signal: AbortSignal): void {
  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(pollMs, undefined, { signal });
      await check();
    }
  };
  poll().catch(() => undefined);
}
