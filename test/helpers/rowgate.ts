import { join } from 'node:path';
import { type App, buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import {
  type ProxyAuth,
  type SimulatedCall,
  type Simulator,
  startSimulator,
} from '../../src/dev/simulator/simulator.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { fanOut, type Observation } from '../../src/observability/observation.ts';
import { listen, type RequestTimeouts } from '../../src/server/http-server.ts';
import { createDatabaseWithRows } from './database-with-rows.ts';
import type { TestDatabase } from './database.ts';
import { temporaryDirectory } from './process.ts';
import type { TestRow } from './rows.ts';

/** One process's worth of the product, listening. */
export type TestReplica = Readonly<{
  url: string;
  app: App;
  observations: Observation[];
  close: () => Promise<void>;
}>;

export type TestRowgate = TestReplica &
  Readonly<{
    database: TestDatabase;
    simulator: Simulator;
    /** Every request that functions got, in the order of arrival. */
    calls: SimulatedCall[];
  }>;

export type Environment = Readonly<Record<string, string>>;

/** The whole product over real sockets: a database of its own, the simulator as Modal, a listening server. */
export async function startRowgate(
  rows: readonly TestRow[],
  env: Environment = {},
  simulated: Readonly<{ hopMs?: number; proxyAuth?: ProxyAuth }> = {},
  timeouts?: RequestTimeouts,
): Promise<TestRowgate> {
  await using opened = new AsyncDisposableStack();
  const database = await createDatabaseWithRows(rows);
  opened.defer(database.drop);
  const calls: SimulatedCall[] = [];
  const play: { app?: App } = {};
  const simulator = await startSimulator({
    findFunction: (label) => functionOf(play.app, label),
    onCall: (call) => calls.push(call),
    ...simulated,
  });
  opened.defer(simulator.close);
  const replica = await startReplica(
    { DATABASE_URL: database.url, UPSTREAM_CONNECT_TO: simulator.origin, ...env },
    timeouts,
  );
  opened.defer(replica.close);
  play.app = replica.app;
  const owned = opened.move();
  return { ...replica, database, simulator, calls, close: () => owned.disposeAsync() };
}

/** One replica with this environment, its snapshot file in a directory of its own unless the environment names one. */
export async function startReplica(env: Environment, timeouts?: RequestTimeouts): Promise<TestReplica> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryDirectory());
  const observations: Observation[] = [];
  const config = loadConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    AUTH: 'off',
    SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
    ...env,
  });
  const metrics = createMetrics();
  const subscribers = [(observation: Observation) => void observations.push(observation), metrics.observe];
  const app = await buildApp({ config, home: home.path, subscribers, metrics });
  opened.defer(app.close);
  const { host, port, maxBodyBytes } = config;
  const server = await listen({
    handle: app.handle,
    crossOrigin: app.crossOrigin,
    observe: fanOut(subscribers),
    host,
    port,
    maxBodyBytes,
    timeouts,
  });
  opened.defer(() => server.close(1_000));
  const owned = opened.move();
  return { url: server.url, app, observations, close: () => owned.disposeAsync() };
}

function functionOf(app: App | undefined, label: string) {
  for (const route of app?.current()?.table.routes() ?? []) {
    if (!route.functionUrl.host.startsWith(`${label}.`)) continue;
    const { slug, method, requestSchema, responseSchema } = route;
    return { slug, method, path: route.functionUrl.pathname, requestSchema, responseSchema };
  }
  return undefined;
}
