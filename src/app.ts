import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { createHttpApp } from './api/http-app.ts';
import type { Config } from './config.ts';
import { loadDemoRegistry } from './db/demo/demo-registry.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { migrate } from './db/migrations.ts';
import { createDatabase } from './db/pool.ts';
import { readRegistry } from './db/registry.ts';
import { createDispatcher } from './dynamic/dispatcher.ts';
import { buildSnapshot, type Snapshot } from './dynamic/snapshot.ts';
import { createRegistryStore } from './dynamic/store.ts';
import { createUpstream } from './dynamic/upstream.ts';
import { labelMismatch } from './modal/label.ts';
import { type Simulator, startSimulator } from './modal/simulator/simulator.ts';
import type { Observe } from './observation.ts';
import { parseRow } from './schemas/parse-row.ts';
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
  const db = createDatabase({ url, max: config.databasePoolMax, caFile: config.databaseCaFile, observe });
  opened.defer(() => db.destroy());
  if (embedded !== null) {
    const onApplied = (name: string): void => observe({ kind: 'migration_applied', name });
    await migrate({ url, caFile: null, onApplied });
    const rows = await loadDemoRegistry(db);
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

  const startedAt = performance.now();
  const { version, rows } = await readRegistry(db, config.registryTable);
  const rules = { allowedHosts: config.allowedHosts, labelMismatch };
  const snapshot = buildSnapshot(
    version,
    rows.map((row) => parseRow(row, rules)),
  );
  store.swap(snapshot);
  observeSnapshot(snapshot, performance.now() - startedAt, observe);

  const now = (): number => performance.now();
  const newId = (): string => crypto.randomUUID();
  const dispatch = createDispatcher({
    store,
    upstream,
    observe,
    maxBodyBytes: config.maxBodyBytes,
    now,
    newId,
  });
  const { name, version: productVersion, description } = packageJson;
  const http = createHttpApp({
    store,
    dispatch,
    observe,
    info: { name, version: productVersion, description },
  });
  signal?.throwIfAborted();
  const owned = opened.move();
  return {
    fetch: http.fetch,
    current: store.current,
    embedded,
    simulator,
    close: () => owned.disposeAsync(),
  };
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

function observeSnapshot({ version, counts, entries }: Snapshot, durationMs: number, observe: Observe): void {
  const { rows, mounted, warned, rejected } = counts;
  observe({
    kind: 'registry_loaded',
    version,
    rows,
    mounted,
    warned,
    rejected,
    durationMs: Math.round(durationMs),
  });
  for (const { slug, status, reasons } of entries) {
    if (status !== 'rejected') continue;
    const codes = reasons.map(({ code }) => code);
    observe({ kind: 'row_rejected', slug, codes, message: reasons.map(({ message }) => message).join(' ') });
  }
}
