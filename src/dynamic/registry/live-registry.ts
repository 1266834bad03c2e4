import type { Listen, ListenerState } from '../../live/listener.ts';
import { openLiveTable } from '../../live/live-table.ts';
import type { TableProblem } from '../../live/table-fault.ts';
import { createTableProblems } from '../../live/table-problems.ts';
import { readSnapshotFile, type SavedSnapshot } from './saved/snapshot-file.ts';
import { createSnapshotSaver } from './saved/snapshot-saver.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RowRules } from '../../schemas/parse-row.ts';
import type { RegistrySource } from '../../schemas/registry-source.ts';
import { restoreSnapshot, savedLastKnownGood } from './last-known-good.ts';
import { observeSwap } from './observe-swap.ts';
import type { ReloaderStatus } from './registry-state.ts';
import { createReloader } from './reloader.ts';
import type { LastKnownGood, Snapshot } from './snapshot.ts';
import type { RegistryStore } from './store.ts';

export type LiveRegistryOptions = Readonly<{
  source: RegistrySource;
  /** The table's name, for messages. */
  table: string;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  pollMs: number;
  /** Listens for the registry's changes, or null to poll only. */
  listen: Listen | null;
  snapshotPath: string;
  /** Calls back whenever a connection to the registry's database was lost. */
  onConnectionLost?: (listener: () => void) => void;
  /** The registry that the saved snapshot must belong to. */
  fingerprint: string;
  /** Whether an error means that the database is temporarily unavailable, so that waiting helps. */
  isAway: (error: unknown) => boolean;
  onSynced: (version: string) => void;
  /** Ends a start that waits for a database that does not respond. */
  signal: AbortSignal | undefined;
  now: () => number;
}>;

export type LiveRegistry = Readonly<{
  status: () => ReloaderStatus;
  listenerState: () => ListenerState;
  /** What is wrong with the table as a whole. */
  problems: () => readonly TableProblem[];
  close: () => Promise<void>;
}>;

const coalesceMs = 50;
/**
 * Writing 10,000 rows takes 0.1 s of the process, which would be noticeable under steady change if it happened every second.
 */
const saveEveryMs = 5_000;

/**
 * Loads the registry and keeps it in sync. A start without the database serves the saved snapshot; with neither, it stays not
 * ready.
 *
 * @throws the database's error if there is nothing to serve and waiting would not help: a missing table, a wrong password.
 */
export async function startLiveRegistry(options: LiveRegistryOptions): Promise<LiveRegistry> {
  const { source, store, rules, observe, pollMs, listen, signal, now } = options;
  const reading = readSaved(options);
  // The file's content is not needed after the first swap, and 50,000 rows take 50 MB.
  let saved: Promise<LastKnownGood | null> = reading.then(
    (found) => found && savedLastKnownGood(found, rules),
  );
  const savedTable = reading.then((found) => found && { rows: found.rows.length, columns: found.columns });
  const problems = createTableProblems(options.table, observe, now);
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
    table: options.table,
    savedLastKnownGood: () => saved,
    savedTable: () => savedTable,
    onUncounted: problems.changedUncounted,
    onLoaded: (next) => {
      saved = Promise.resolve(null);
      const { version, entries } = next;
      saver.save({ version, count: entries.length, rows: savedRows(next), columns: reloader.columns() });
    },
    now,
  });
  const copy = reading.then((found) => found && { content: found, confirmedAtMs: Date.parse(found.savedAt) });
  const table = await openLiveTable(copy, {
    reader: reloader,
    isEmpty: () => store.current() === undefined,
    prepareSaved: async (found) => {
      const startedAt = now();
      const restored = await restoreSnapshot(found, rules);
      const { version, savedAt } = found;
      return () => {
        observe({ kind: 'snapshot_file_used', version, savedAt });
        observeSwap(restored, store.swap(restored), now() - startedAt, observe);
      };
    },
    saver,
    listen,
    // Only our trigger notifies: a table without it is polled, until a migration gives it one.
    isNotified: () => reloader.mode() !== 'compared',
    assertUsable: (error) => {
      if (store.current() === undefined && !options.isAway(error)) throw error;
    },
    pollMs,
    coalesceMs,
    ...(options.onConnectionLost && { onConnectionLost: options.onConnectionLost }),
    onSynced: (version, awayMs) => {
      if (awayMs !== null) observe({ kind: 'registry_back_in_sync', awayMs: Math.round(awayMs) });
      options.onSynced(version);
    },
    onOutOfSync: (error) => observe({ kind: 'registry_out_of_sync', error }),
    onListenerState: (state, error) => observe({ kind: 'listener_state', state, error }),
    signal,
    now,
  });
  return {
    status: () => ({ mode: reloader.mode(), ...table.status() }),
    listenerState: table.listenerState,
    problems: () => problems.list(table.status()),
    close: table.close,
  };
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
