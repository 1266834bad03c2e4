import pTimeout from 'p-timeout';
import type { Listen } from '../live/listener.ts';
import { openLiveTable, type SavedCopy } from '../live/live-table.ts';
import { createSaver } from '../live/saver.ts';
import type { TableProblem } from '../live/table-fault.ts';
import { createTableProblems } from '../live/table-problems.ts';
import type { Observe } from '../observability/observation.ts';
import type { ParsedKey } from '../schemas/api-key.ts';
import type { AtDatabaseTime, KeyListing, KeySource } from '../schemas/key-source.ts';
import { parseKey } from '../schemas/parse-key.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { createKeyFaultReporter } from './key-faults.ts';
import { confirmKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import { createKeyLimits, type KeyLimits } from './key-limits.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { startSettling } from './settle-key-use.ts';

export type ApiKeyStoreOptions = Readonly<{
  source: KeySource;
  /** Whether an error means that the key tables are not installed. */
  isMissing: (error: unknown) => boolean;
  /** Listens for key changes; null to only poll. */
  listen: Listen | null;
  pollMs: number;
  /** Registers a listener that is called when a connection to the keys' database is lost. */
  onConnectionLost?: (listener: () => void) => void;
  /** How long known keys stay valid while the database is unavailable. */
  maxStaleMs: number;
  /** Where the keys are saved, and the fingerprint of the database that they belong to. */
  path: string;
  fingerprint: string;
  observe: Observe;
  /** Aborts a start that is waiting for an unresponsive database. */
  signal: AbortSignal | undefined;
  /** Monotonic time in milliseconds. */
  now: () => number;
}>;

export type ApiKeyStore = Readonly<{
  /** The known keys; null if none could be loaded yet or they are too old. */
  ring: () => KeyRing | null;
  limits: KeyLimits;
  /** The database's time at a moment of the monotonic clock, in milliseconds since 1970. */
  databaseTimeAt: DatabaseClock['timeAt'];
  /** Problems of the key table as a whole. */
  problems: () => readonly TableProblem[];
  close: () => Promise<void>;
}>;

const notInstalled =
  'AUTH=required needs Rowgate\'s own tables, which are not installed: run "npm run migrate" against DATABASE_URL.';
const readTimeoutMs = 4_000;
const coalesceMs = 20;
/** How often the saved file is touched: after a start without a database, its time of modification is the age of the keys. */
const confirmEveryMs = 30_000;

/**
 * Keeps the keys in memory and in sync with the database, as the registry is. While the database is unavailable, the last
 * known keys stay valid for `maxStaleMs`, even across a restart.
 *
 * @throws Error if Rowgate's tables are missing: no key could be verified.
 */
export async function openApiKeyStore(options: ApiKeyStoreOptions): Promise<ApiKeyStore> {
  const { source, maxStaleMs, path, fingerprint, observe, now } = options;
  const reportFaults = createKeyFaultReporter(observe);
  const clock = createDatabaseClock(Date.now(), now());
  let ring: KeyRing | null = null;
  let loaded: Readonly<{ text: string; version: string }> | null = null;
  const problems = createTableProblems('rowgate.api_keys', observe, now);

  const putInMemory = (keys: readonly ParsedKey[]): void => {
    ring = createKeyRing(keys);
    reportFaults(keys);
  };
  const onFileFailed = (error: unknown): void => observe({ kind: 'keys_file_failed', error });
  const saver = createSaver<KeyListing>({
    write: (listing) => writeKeyFile(path, fingerprint, listing),
    // Immediately: a revoked key must not become valid again after a restart.
    minIntervalMs: 0,
    confirmation: { mark: () => confirmKeyFile(path), everyMs: confirmEveryMs },
    onFailed: onFileFailed,
    now,
  });
  const atDatabaseTime = async <Content>(read: () => Promise<AtDatabaseTime<Content>>): Promise<Content> => {
    const sentAtMs = now();
    const { content, databaseMs } = await read();
    clock.set(databaseMs, sentAtMs);
    return content;
  };
  const readKeys = async () => {
    const listing = await pTimeout(atDatabaseTime(source.readKeys), { milliseconds: readTimeoutMs });
    return { listing, text: JSON.stringify(listing) };
  };
  const loadAll = async (): Promise<string> => {
    const { listing, text } = await readKeys();
    if (text === loaded?.text) return listing.version;
    if (listing.version === loaded?.version) problems.changedUncounted();
    const keys = listing.rows.map(parseKey);
    const invalid = keys.filter(({ status }) => status === 'invalid').length;
    observe({ kind: 'keys_loaded', count: keys.length, invalid });
    putInMemory(keys);
    loaded = { text, version: listing.version };
    saver.save(listing);
    return listing.version;
  };

  const reading = readSaved(path, fingerprint, onFileFailed);
  const table = await openLiveTable(reading, {
    // There are few keys, so any change reads all of them.
    reader: {
      readVersion: () => atDatabaseTime(source.readVersion),
      loadAll,
      loadChanges: async () => null,
      compareContent: async () => {
        const { listing, text } = await readKeys();
        return { version: listing.version, isSame: text === loaded?.text };
      },
    },
    isEmpty: () => ring === null,
    prepareSaved: async ({ rows }) => {
      const keys = rows.map(parseKey);
      return () => putInMemory(keys);
    },
    saver,
    listen: options.listen,
    isNotified: () => true,
    assertUsable: (error) => {
      if (options.isMissing(error)) throw new Error(notInstalled, { cause: error });
    },
    pollMs: options.pollMs,
    coalesceMs,
    ...(options.onConnectionLost && { onConnectionLost: options.onConnectionLost }),
    onSynced: (_version, awayMs) => {
      if (awayMs !== null) observe({ kind: 'keys_back_in_sync', awayMs: Math.round(awayMs) });
    },
    onOutOfSync: (error) => observe({ kind: 'keys_out_of_sync', error }),
    signal: options.signal,
    now,
  });
  const limits = createKeyLimits();
  const processId = crypto.randomUUID();
  const stopSettling = startSettling({ settleUse: source.settleUse, limits, processId, observe, now });
  return {
    // Written so that an age that is NaN counts as too old.
    ring: () => (table.ageMs() <= maxStaleMs ? ring : null),
    limits,
    databaseTimeAt: clock.timeAt,
    problems: () => problems.list(table.status()),
    close: async () => {
      await Promise.all([table.close(), stopSettling()]);
    },
  };
}

async function readSaved(
  path: string,
  fingerprint: string,
  onFailed: (error: unknown) => void,
): Promise<SavedCopy<KeyListing> | null> {
  try {
    return await readKeyFile(path, fingerprint, Date.now());
  } catch (error) {
    onFailed(error);
    return null;
  }
}
