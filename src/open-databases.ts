import type { Kysely } from 'kysely';
import pTimeout from 'p-timeout';
import type { Config } from './config/config.ts';
import type { EmbeddedPostgres } from './dev/embedded-postgres/embedded-postgres.ts';
import { startListener } from './db/listener/listener.ts';
import { DatabaseEncodingError, RegistryDatabaseError, isAway } from './db/database-errors.ts';
import { assertRights } from './db/missing-rights.ts';
import { createDatabase, reservedConnections } from './db/pool.ts';
import { registryFingerprint } from './db/registry/fingerprint.ts';
import { ownRights, registryRights, rightsOf } from './db/rights.ts';
import type { Database } from './db/tables.ts';
import type { Listen } from './live/listener.ts';
import { TableFaultError } from './live/table-fault.ts';
import type { Observe } from './observability/observation.ts';

/** The databases of one process. */
export type Databases = Readonly<{
  embedded: EmbeddedPostgres | null;
  /** Rowgate's own tables. */
  own: Kysely<Database>;
  /** Connections to the same database that listings and locks cannot fill: for checks and leases. */
  reserved: Kysely<Database>;
  /** Where the registry is read: `reserved`, unless it is somewhere else. */
  registry: Kysely<Database>;
  /** Listens for the registry's changes, or null to poll only. */
  listenToRegistry: Listen | null;
  /** Listens for changes of keys, or null to poll only. */
  listenToKeys: Listen | null;
  /** Calls back whenever a connection of a pool was lost. */
  onConnectionLost: (listener: () => void) => void;
  /**
   * Checks that the roles have the rights that the process needs, and that Rowgate's database is UTF-8. A database that is away is
   * waited for no longer than this; asked again, the response may have arrived.
   *
   * @throws TableFaultError with the missing GRANT statements, DatabaseEncodingError.
   */
  assertRights: (withinMs: number) => Promise<void>;
  /** Which registry it is, for the snapshot on disk. */
  fingerprint: string;
  /** Which database Rowgate's own tables are in, for the keys on disk. */
  ownFingerprint: string;
}>;

/** A stop waits no longer for queries under way: a database that does not respond must not delay it. */
const closeMs = 2_000;

export type OpenDatabasesOptions = Readonly<{
  config: Config;
  observe: Observe;
  /** Where the embedded database keeps its data; absolute. */
  home: string;
  signal: AbortSignal | undefined;
  /** Collects what must be closed again. */
  opened: AsyncDisposableStack;
}>;

/**
 * Opens the embedded Postgres, migrated and with the demo registry in it, or the external one, which only
 * `npm run migrate` changes.
 */
export async function openDatabases(options: OpenDatabasesOptions): Promise<Databases> {
  const { config, observe, opened } = options;
  const { databaseUrl, registryDatabaseUrl, databaseListenUrl, databaseCaFile: caFile } = config;
  const { databasePoolMax } = config;
  const lostListeners: (() => void)[] = [];
  const onConnectionLost = (): void => lostListeners.forEach((listener) => listener());
  const openPool = (url: string, authority: string | null, max: number): Kysely<Database> => {
    const pool = createDatabase({ url, max, caFile: authority, observe, onConnectionLost });
    opened.defer(() => pTimeout(pool.destroy(), { milliseconds: closeMs, fallback: () => undefined }));
    return pool;
  };
  const embedded = databaseUrl === null ? await openEmbedded(options) : null;
  const url = embedded?.url ?? databaseUrl ?? '';
  // The embedded server is on loopback and does not use TLS.
  const ownCaFile = embedded === null ? caFile : null;
  const reservedMax = reservedConnections(databasePoolMax);
  const own = openPool(url, ownCaFile, databasePoolMax - reservedMax);
  const reserved = reservedMax === 0 ? own : openPool(url, ownCaFile, reservedMax);
  if (embedded !== null) {
    const { migrate } = await import('./db/migrations.ts');
    const { loadDemoRegistry } = await import('./dev/demo-registry/demo-registry.ts');
    await migrate({ url, caFile: null, onApplied: (file) => observe({ kind: 'migration_applied', file }) });
    const rows = registryDatabaseUrl === null ? await loadDemoRegistry(own) : 0;
    if (rows > 0) observe({ kind: 'demo_registry_loaded', rows });
  }
  const registryUrl = registryDatabaseUrl ?? url;
  const registryCaFile = registryDatabaseUrl === null ? ownCaFile : caFile;
  const keysListenUrl = registryDatabaseUrl === null ? (databaseListenUrl ?? url) : url;
  const listenTo = (channel: string, listenUrl: string, authority: string | null): Listen | null =>
    databaseListenUrl === 'off'
      ? null
      : (events) => startListener({ url: listenUrl, caFile: authority, channel, ...events });
  const registry =
    registryDatabaseUrl === null ? reserved : openPool(registryDatabaseUrl, registryCaFile, databasePoolMax);
  return {
    embedded,
    own,
    reserved,
    registry,
    onConnectionLost: (listener) => lostListeners.push(listener),
    assertRights: createRightsCheck(
      config,
      own,
      registryDatabaseUrl === null ? null : registry,
      embedded !== null,
    ),
    listenToRegistry: listenTo('rowgate_registry', databaseListenUrl ?? registryUrl, registryCaFile),
    listenToKeys: listenTo('rowgate_api_keys', keysListenUrl, ownCaFile),
    // The port of the embedded server changes with every start, so its URL does not identify it.
    fingerprint: registryFingerprint(registryDatabaseUrl ?? databaseUrl, config.registryTable),
    ownFingerprint: registryFingerprint(databaseUrl, 'rowgate.api_keys'),
  };
}

/** Asks once; a database that does not respond in time goes on being asked, for the next call. */
function createRightsCheck(
  { registryTable, requiresKey }: Config,
  own: Kysely<Database>,
  ofRegistry: Kysely<Database> | null,
  isEmbedded: boolean,
): (withinMs: number) => Promise<void> {
  const check = async (): Promise<void> => {
    if (ofRegistry !== null) {
      await assertRights(own, isEmbedded ? [] : ownRights(requiresKey), true);
      await assertRights(ofRegistry, registryRights(registryTable), false).catch((error: unknown) => {
        throw error instanceof TableFaultError || isAway(error) ? error : new RegistryDatabaseError(error);
      });
    } else if (!isEmbedded) {
      await assertRights(own, rightsOf('gateway', { registryTable, requiresKey }), true);
    }
  };
  let asked: Promise<unknown> | undefined;
  return async (withinMs) => {
    asked ??= check().then(
      () => undefined,
      (error: unknown) => error,
    );
    const refusal = await pTimeout(asked, { milliseconds: withinMs, fallback: () => undefined });
    if (refusal === undefined || (isAway(refusal) && !(refusal instanceof DatabaseEncodingError))) return;
    throw refusal;
  };
}

async function openEmbedded({
  home,
  observe,
  signal,
  opened,
}: OpenDatabasesOptions): Promise<EmbeddedPostgres> {
  observe({ kind: 'database_starting' });
  const startedAt = performance.now();
  // Not at the top: a start with an external database loads none of it.
  const { startEmbeddedPostgres } = await import('./dev/embedded-postgres/embedded-postgres.ts');
  const embedded = await startEmbeddedPostgres({ home, ...(signal === undefined ? {} : { signal }) });
  opened.defer(async () => {
    await embedded.close();
    observe({ kind: 'database_stopped' });
  });
  const { port, adopted, created } = embedded;
  const durationMs = Math.round(performance.now() - startedAt);
  observe({ kind: 'database_started', port, adopted, created, durationMs });
  return embedded;
}
