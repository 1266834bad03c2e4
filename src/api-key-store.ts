import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import pTimeout from 'p-timeout';
import { createKeyFaultReporter } from './auth/key-faults.ts';
import { createKeyLimits, type KeyLimits } from './auth/key-limits.ts';
import { createKeyRing, type KeyRing } from './auth/key-ring.ts';
import { readKeys, readKeysVersion } from './db/keys/api-keys.ts';
import { isMissing } from './db/database-errors.ts';
import { confirmKeyFile, readKeyFile, writeKeyFile } from './db/keys/key-file.ts';
import { settleKeyUse } from './db/keys/key-usage.ts';
import { startListener } from './db/listener/listener.ts';
import type { Database } from './db/tables.ts';
import { createDebounce } from './live/debounce.ts';
import type { Observe } from './observability/observation.ts';
import { parseKey } from './schemas/parse-key.ts';

export type ApiKeyStoreOptions = Readonly<{
  db: Kysely<Database>;
  /** Where to LISTEN for changes of keys, or null to poll only. */
  listen: Readonly<{ url: string; caFile: string | null }> | null;
  pollMs: number;
  /** How long known keys hold while the database is away. */
  maxStaleMs: number;
  /** Where they are saved, and of which database they are. */
  path: string;
  fingerprint: string;
  observe: Observe;
}>;

export type ApiKeyStore = Readonly<{
  /** The keys as they are known, or null where they are not, or too old. */
  ring: () => KeyRing | null;
  limits: KeyLimits;
  close: () => Promise<void>;
}>;

const channel = 'rowgate_api_keys';
const askMs = 4_000;
const coalesceMs = 20;
const settleEveryMs = 1_000;
/** The saved file's time is what a start without a database counts the age of its keys from. */
const confirmEveryMs = 30_000;
/** With saved keys to go by, a start waits no longer than this for the database. */
const firstLoadMs = 250;
const closeMs = 1_000;

/**
 * Holds the keys in memory and in step with the database, as the registry is: by polling their version, and by NOTIFY in
 * between. While the database is away the last known ones hold for a while, over a restart too.
 *
 * @throws Error where Rowgate's tables are missing: nobody could be let in.
 */
export async function openApiKeyStore(options: ApiKeyStoreOptions): Promise<ApiKeyStore> {
  const { db, listen, pollMs, maxStaleMs, path, fingerprint, observe } = options;
  const limits = createKeyLimits();
  const reportFaults = createKeyFaultReporter(observe);
  let ring: KeyRing | null = null;
  let version: string | null = null;
  let confirmedAt = 0;
  let fileConfirmedAt = 0;
  let isAway = false;

  const load = async (): Promise<void> => {
    const current = await pTimeout(readKeysVersion(db), { milliseconds: askMs });
    if (current !== version) {
      const listing = await pTimeout(readKeys(db), { milliseconds: askMs });
      const keys = listing.rows.map(parseKey);
      ring = createKeyRing(keys);
      version = listing.version;
      const invalid = keys.filter(({ status }) => status === 'invalid').length;
      observe({ kind: 'keys_loaded', count: keys.length, invalid });
      reportFaults(keys);
      confirmedAt = Date.now();
      fileConfirmedAt = confirmedAt;
      await writeKeyFile(path, fingerprint, listing).catch((error: unknown) =>
        observe({ kind: 'keys_file_failed', error }),
      );
    }
    confirmedAt = Date.now();
    isAway = false;
    if (confirmedAt - fileConfirmedAt < confirmEveryMs) return;
    fileConfirmedAt = confirmedAt;
    await confirmKeyFile(path).catch((error: unknown) => observe({ kind: 'keys_file_failed', error }));
  };

  let fault: unknown = null;
  const check = createDebounce(
    async () => {
      try {
        await load();
        fault = null;
      } catch (error) {
        if (!isAway) observe({ kind: 'keys_out_of_sync', error });
        isAway = true;
        fault = error;
      }
    },
    coalesceMs,
    () => performance.now(),
  );

  const settle = async (): Promise<void> => {
    const uses = limits.takeUnsettled();
    if (uses.length === 0) return;
    try {
      const balances = await pTimeout(settleKeyUse(db, uses), { milliseconds: askMs });
      limits.settle(
        balances.map(({ key_id: keyId, tokens, used }) => ({ keyId, tokens, used })),
        Date.now(),
      );
    } catch {
      // The database is away, as the check says; what was used is told when it is back.
      limits.giveBack(uses);
    }
  };

  const saved = await readKeyFile(path, fingerprint).catch((error: unknown) => {
    observe({ kind: 'keys_file_failed', error });
    return null;
  });
  const loading = check.ask();
  await (saved === null ? loading : Promise.race([loading, delay(firstLoadMs)]));
  if (ring === null && saved !== null) {
    const keys = saved.rows.map(parseKey);
    ring = createKeyRing(keys);
    reportFaults(keys);
    confirmedAt = saved.confirmedAt;
  }
  if (isMissing(fault)) {
    await check.close();
    throw new Error(
      'AUTH=required needs Rowgate\'s own tables, which are not installed: run "npm run migrate" against DATABASE_URL.',
      { cause: fault },
    );
  }

  const stopping = new AbortController();
  const polling = repeat(check.ask, pollMs, stopping.signal);
  const settling = repeat(settle, settleEveryMs, stopping.signal);
  const listener =
    listen === null
      ? null
      : startListener({
          ...listen,
          channel,
          onNotification: () => void check.ask(),
          onConnected: () => void check.ask(),
        });
  return {
    ring: () => (Date.now() - confirmedAt > maxStaleMs ? null : ring),
    limits,
    close: async () => {
      stopping.abort();
      await listener?.close();
      const ending = Promise.all([polling, settling, check.close()]).then(settle);
      await pTimeout(ending, { milliseconds: closeMs, fallback: () => undefined });
    },
  };
}

/** Does something every so often, counted from its end, until aborted. */
async function repeat(work: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await work();
  }
}
