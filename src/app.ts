import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { databaseUnavailable, notInstalled, type WaitSource } from './api/enrichment/registry-wait.ts';
import { createHttpApp } from './api/http-app.ts';
import { openApiKeyStore } from './auth/api-key-store.ts';
import { createKeyGate, createOpenGate } from './auth/gate.ts';
import type { Config } from './config/config.ts';
import { isAway, isMissing, RegistryDatabaseError } from './db/database-errors.ts';
import { createKeySource } from './db/keys/database-key-source.ts';
import { createRegistrySource } from './db/registry/registry.ts';
import { liveReplicas, type Replica, removeReplica, reportReplica } from './db/registry/replicas.ts';
import { storeVerdicts } from './db/registry/verdicts.ts';
import type { EmbeddedPostgres } from './dev/embedded-postgres/embedded-postgres.ts';
import type { Simulator } from './dev/simulator/simulator.ts';
import { createExecuteCall, type ExecuteCall } from './dynamic/call/execute-call.ts';
import { createCallLimits } from './dynamic/call/limits/call-limits.ts';
import { shareOf } from './dynamic/call/limits/buffer-budget.ts';
import { createUpstream } from './dynamic/call/upstream/upstream.ts';
import { createContracts } from './dynamic/contracts/contracts.ts';
import { createRunHandler } from './dynamic/http/run-handler.ts';
import { type LiveRegistry, startLiveRegistry } from './dynamic/registry/live-registry.ts';
import { type ReplicaRecords, startReplicaReporter } from './dynamic/registry/replica-reporter.ts';
import type { Snapshot } from './dynamic/registry/snapshot.ts';
import { createRegistryStore } from './dynamic/registry/store.ts';
import { credentialsFor } from './modal/credentials.ts';
import { labelMismatch } from './modal/label.ts';
import type { Metrics } from './observability/metrics.ts';
import { fanOut, type Observe } from './observability/observation.ts';
import { type Databases, openDatabases } from './open-databases.ts';
import { openSimulator } from './open-simulator.ts';
import { readingsOf } from './readings.ts';
import { createAdmitRequest, type AdmitRequest } from './server/admit-request.ts';
import type { AdmittedRequest } from './server/admitted-request.ts';
import { type CrossOrigin, createCrossOrigin } from './server/cross-origin.ts';
import { createFetchHandler } from './server/fetch-handler.ts';
import { createRequestHandler, type RequestHandler } from './server/request-handler.ts';
import { createIds } from './server/request-id.ts';
import { createWaitingBytes } from './server/connections/waiting-bytes.ts';

export type AppOptions = Readonly<{
  config: Config;
  /** Receive every observation: log, metrics. */
  subscribers: readonly Observe[];
  /** What `/metrics` shows; must be among the subscribers. */
  metrics: Metrics;
  /** Where the embedded database keeps its data; absolute. */
  home: string;
  /** Aborts a start that is in progress. */
  signal?: AbortSignal;
}>;

/** Everything built and ready to serve. */
export type App = Readonly<{
  /** Handles a request of the listener. */
  handle: RequestHandler;
  /** For the listener's own refusals. */
  crossOrigin: CrossOrigin | null;
  /** The same without a socket, through the same gate; calls of functions need a socket. */
  fetch: (request: Request) => Response | Promise<Response>;
  /** Executes a call, wherever it came from. */
  executeCall: ExecuteCall;
  /** Every route, documented or not. */
  routes: () => readonly Readonly<{ method: string; path: string }>[];
  /** The snapshot that is served now. */
  current: () => Snapshot | undefined;
  registry: LiveRegistry;
  /** The number of keys, if keys are required; unknown until the database has been read. */
  keyCount: () => number | 'not_needed' | 'unknown';
  embedded: EmbeddedPostgres | null;
  simulator: Simulator | null;
  /** Makes the process report that it is not ready; it keeps serving. */
  drain: () => void;
  /** Closes in the reverse order of opening: the database last. */
  close: () => Promise<void>;
}>;

/** How long a start waits for the check of database rights; a database that does not respond is waited for elsewhere. */
const rightsMs = 250;
/** The same if the start fails anyway. */
const failedStartMs = 5_000;

/** The composition root: opens what the process needs, in order, and wires the parts, which do not know each other. */
export async function buildApp({ config, home, signal, subscribers, metrics }: AppOptions): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const store = createRegistryStore();
  const { maxBodyBytes, maxBufferedBytes, maxInFlight } = config;
  const observe = fanOut(subscribers);
  const limits = createCallLimits({ maxInFlight, maxBufferedBytes, observe, now });
  metrics.addReadings(readingsOf(limits, store));
  const contracts = createContracts({ observe, now, nowDate: () => new Date() });
  opened.defer(contracts.close);
  const databases = await openDatabases({ config, observe, home, signal, opened });
  await databases.assertRights(rightsMs);
  signal?.throwIfAborted();

  const simulator = config.modalSimulator ? await openSimulator({ store, home, observe, opened }) : null;
  const upstream = createUpstream({
    connectTo: simulator?.origin ?? config.connectTo,
    credentialsFor: credentialsFor(config.modalCredentials),
    maxConnectionsPerOrigin: maxInFlight,
    budget: limits.budget,
  });
  opened.defer(() => upstream.close());

  const keyStore = config.requiresKey
    ? await openApiKeyStore({
        source: createKeySource(databases.own, databases.reserved),
        isMissing,
        listen: databases.listenToKeys,
        pollMs: config.registryPollMs,
        onConnectionLost: databases.onConnectionLost,
        maxStaleMs: config.keysMaxStaleMs,
        path: join(dirname(resolve(config.snapshotPath)), 'keys.json'),
        fingerprint: databases.ownFingerprint,
        observe,
        signal,
        now,
      })
    : null;
  if (keyStore !== null) opened.defer(keyStore.close);
  const gate =
    keyStore === null
      ? createOpenGate({ allowedHosts: config.ownHosts, corsOrigins: config.corsOrigins })
      : createKeyGate({ ...keyStore, now });

  const replica = { replicaId: crypto.randomUUID(), host: hostname(), pid: process.pid };
  const reporter = startReplicaReporter(
    replicaRecords(databases, replica, config.allowedHosts),
    observe,
    now,
  );
  opened.defer(reporter.close);
  store.onSwap(contracts.swapped);
  store.onSwap(reporter.swapped);
  const registry = await startLiveRegistry({
    source: createRegistrySource(databases.registry, config.registryTable),
    table: config.registryTable,
    onConnectionLost: databases.onConnectionLost,
    store,
    rules: { allowedHosts: config.allowedHosts, labelMismatch },
    observe,
    pollMs: config.registryPollMs,
    listen: databases.listenToRegistry,
    snapshotPath: resolve(config.snapshotPath),
    fingerprint: databases.fingerprint,
    isAway,
    onSynced: reporter.serves,
    signal,
    now,
  }).catch(async (error: unknown) => {
    // Missing rights, or the wrong encoding, explain more than the error that they caused.
    await databases.assertRights(failedStartMs);
    throw config.registryDatabaseUrl === null ? error : new RegistryDatabaseError(error);
  });
  opened.defer(registry.close);
  await databases.assertRights(1);

  let isDraining = false;
  const { name, version, description } = packageJson;
  const newId = createIds();
  const executeCall = createExecuteCall({
    limits,
    upstream,
    contracts,
    maxBodyBytes,
    observe,
    random: Math.random,
    now,
  });
  const http = createHttpApp({
    store,
    observe,
    info: { name, version, description },
    requiresKey: config.requiresKey,
    now,
    renderMetrics: metrics.render,
    isDraining: () => isDraining,
    status: {
      store,
      registry: registry.status,
      problems: () => [...registry.problems(), ...(keyStore?.problems() ?? [])],
      listener: registry.listenerState,
      limits: limits.state,
      contracts: contracts.state,
      replicaId: replica.replicaId,
      now,
    },
    wait: {
      liveReplicas: () => replicasOrProblem(databases),
      isTracked: () => registry.status().mode !== 'compared',
      now,
    },
  });
  const crossOrigin = createCrossOrigin(config.corsOrigins);
  const admit: AdmitRequest = createAdmitRequest({ gate, crossOrigin, newId });
  const fetch = (request: Request, admitted: AdmittedRequest) => http.fetch(request, { admitted });
  signal?.throwIfAborted();
  const owned = opened.move();
  return {
    handle: createRequestHandler({
      admit,
      run: createRunHandler({ store, executeCall, observe }),
      fetch,
      observe,
      countWaiting: createWaitingBytes(shareOf(limits.budget, maxBufferedBytes / 2)),
    }),
    crossOrigin,
    fetch: createFetchHandler({ admit, fetch, observe }),
    executeCall,
    routes: () => http.routes,
    current: store.current,
    registry,
    keyCount: () => (keyStore === null ? 'not_needed' : (keyStore.ring()?.size ?? 'unknown')),
    embedded: databases.embedded,
    simulator,
    drain: () => {
      isDraining = true;
    },
    close: () => owned.disposeAsync(),
  };
}

function now(): number {
  return performance.now();
}

function replicaRecords(
  { own, reserved }: Databases,
  replica: Replica,
  allowedHosts: readonly string[],
): ReplicaRecords {
  return {
    report: (version, leaseSeconds) =>
      reportReplica(reserved, { ...replica, version }, leaseSeconds, allowedHosts),
    storeVerdicts: (verdicts) => storeVerdicts(own, replica.replicaId, verdicts),
    remove: () => removeReplica(own, replica.replicaId),
    isMissing,
  };
}

async function replicasOrProblem({ own }: Databases): ReturnType<WaitSource['liveReplicas']> {
  try {
    return { ok: true, replicas: await liveReplicas(own) };
  } catch (cause) {
    return { ok: false, problem: { ...(isMissing(cause) ? notInstalled : databaseUnavailable), cause } };
  }
}
