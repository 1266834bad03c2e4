import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { createHttpApp } from './api/http-app.ts';
import type { Config } from './config.ts';
import { loadDemoRegistry } from './db/demo/demo-registry.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { migrate } from './db/migrations.ts';
import { createDatabase } from './db/pool.ts';
import { createRegistrySource } from './db/registry.ts';
import { registryFingerprint } from './db/registry-fingerprint.ts';
import { liveReplicas } from './db/replicas.ts';
import { isMissing } from './db/database-errors.ts';
import { databaseUnavailable, notInstalled } from './api/registry-wait.ts';
import { type LiveRegistry, startLiveRegistry } from './live-registry.ts';
import { startReplicaReporter } from './replica-reporter.ts';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { createDispatcher } from './dynamic/dispatcher.ts';
import type { Snapshot } from './dynamic/snapshot.ts';
import { createRegistryStore } from './dynamic/store.ts';
import { createUpstream } from './dynamic/upstream.ts';
import { labelMismatch } from './modal/label.ts';
import { type Simulator, startSimulator } from './modal/simulator/simulator.ts';
import type { Observe } from './observation.ts';
import type { Kysely } from 'kysely';
import type { Database } from './db/tables.ts';
import { simulatedFunctions } from './simulated-functions.ts';

export type AppOptions = Readonly<{
  config: Config;
  observe: Observe;
  /** Where the embedded database keeps its data; absolute. */
  home: string;
  /** Aborts a start that is under way. */
  signal?: AbortSignal;
}>;

/** Everything built and ready to be listened for. */
export type App = Readonly<{
  fetch: ReturnType<typeof createHttpApp>['fetch'];
  /** The snapshot that is served now. */
  current: () => Snapshot | undefined;
  registry: LiveRegistry;
  embedded: EmbeddedPostgres | null;
  simulator: Simulator | null;
  /** Closes in the reverse order of opening: the database last. */
  close: () => Promise<void>;
}>;

/** The composition root: opens what the process needs, in order, and wires the parts, which know nothing of another. */
export async function buildApp({ config, observe, home, signal }: AppOptions): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const embedded = config.databaseUrl === null ? await openEmbedded(home, observe, signal) : null;
  if (embedded !== null) {
    opened.defer(async () => {
      await embedded.close();
      observe({ kind: 'database_stopped' });
    });
  }
  const url = embedded?.url ?? config.databaseUrl ?? '';
  const db = openPool(url, config, observe);
  opened.defer(() => db.destroy());
  if (embedded !== null) {
    const onApplied = (name: string): void => observe({ kind: 'migration_applied', name });
    await migrate({ url, caFile: null, onApplied });
    const rows = config.registryDatabaseUrl === null ? await loadDemoRegistry(db) : 0;
    if (rows > 0) observe({ kind: 'demo_registry_loaded', rows });
  }
  signal?.throwIfAborted();

  const store = createRegistryStore();
  const simulator = config.modalSimulator
    ? await startSimulator({ findFunction: simulatedFunctions(store) })
    : null;
  if (simulator !== null) {
    opened.defer(() => simulator.close());
    observe({ kind: 'simulator_started', origin: simulator.origin });
  }
  const upstream = createUpstream(simulator?.origin ?? config.connectTo);
  opened.defer(() => upstream.close());

  const registryUrl = config.registryDatabaseUrl ?? url;
  const registryDb =
    config.registryDatabaseUrl === null ? db : openPool(config.registryDatabaseUrl, config, observe);
  if (registryDb !== db) opened.defer(() => registryDb.destroy());
  const replicaId = newId();
  const reporter = startReplicaReporter(db, { replicaId, host: hostname(), pid: process.pid }, observe, now);
  opened.defer(reporter.close);
  const registry = await startLiveRegistry({
    source: createRegistrySource(registryDb, config.registryTable),
    store,
    rules: { allowedHosts: config.allowedHosts, labelMismatch },
    observe,
    pollMs: config.registryPollMs,
    listen: listenAt(config, registryUrl),
    snapshotPath: resolve(config.snapshotPath),
    fingerprint: registryFingerprint(
      embedded !== null && config.registryDatabaseUrl === null ? null : registryUrl,
      config.registryTable,
    ),
    onInStep: reporter.serves,
    onSwapped: (next, previous) => {
      reporter.swapped(next, previous);
      observeBadRows(next, previous, observe);
    },
    now,
  });
  opened.defer(registry.close);

  const dispatch = createDispatcher({
    store,
    upstream,
    observe,
    maxBodyBytes: config.maxBodyBytes,
    now,
    newId,
  });
  const { name, version, description } = packageJson;
  const http = createHttpApp({
    store,
    dispatch,
    observe,
    info: { name, version, description },
    status: { store, registry: registry.status, listener: registry.listenerState, replicaId, now },
    wait: { liveReplicas: () => replicasOrProblem(db), now },
  });
  signal?.throwIfAborted();
  const owned = opened.move();
  return {
    fetch: http.fetch,
    current: store.current,
    registry,
    embedded,
    simulator,
    close: () => owned.disposeAsync(),
  };
}

function now(): number {
  return performance.now();
}

function newId(): string {
  return crypto.randomUUID();
}

function openPool(url: string, { databasePoolMax: max, databaseCaFile: caFile }: Config, observe: Observe) {
  return createDatabase({ url, max, caFile, observe });
}

function listenAt({ databaseListenUrl, databaseCaFile: caFile }: Config, registryUrl: string) {
  return databaseListenUrl === 'off' ? null : { url: databaseListenUrl ?? registryUrl, caFile };
}

async function replicasOrProblem(db: Kysely<Database>) {
  try {
    return { ok: true, replicas: await liveReplicas(db) } as const;
  } catch (error) {
    return { ok: false, problem: isMissing(error) ? notInstalled : databaseUnavailable } as const;
  }
}

/** Where the embedded database and everything else that this process keeps on disk lives. */
export function defaultHome(): string {
  return join(process.cwd(), '.data');
}

async function openEmbedded(home: string, observe: Observe, signal?: AbortSignal): Promise<EmbeddedPostgres> {
  observe({ kind: 'database_starting' });
  const startedAt = performance.now();
  const embedded = await startEmbeddedPostgres({ home, ...(signal === undefined ? {} : { signal }) });
  const { port, adopted, created } = embedded;
  observe({
    kind: 'database_started',
    port,
    adopted,
    created,
    durationMs: Math.round(performance.now() - startedAt),
  });
  return embedded;
}

/** Tells of each row that became rejected or stale, once. */
function observeBadRows(next: Snapshot, previous: Snapshot | undefined, observe: Observe): void {
  for (const { slug, hash, status, reasons } of next.entries) {
    if (status !== 'rejected' && status !== 'stale') continue;
    const before = previous?.bySlug.get(slug);
    if (before?.hash === hash && before.status === status) continue;
    const codes = reasons.map(({ code }) => code);
    observe({
      kind: 'row_rejected',
      slug,
      status,
      codes,
      message: reasons.map(({ message }) => message).join(' '),
    });
  }
}
