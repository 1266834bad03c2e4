import { createOpenGate } from '../../../src/auth/gate.ts';
import type { ExecuteCall } from '../../../src/dynamic/call/execute-call.ts';
import { createRunHandler } from '../../../src/dynamic/http/run-handler.ts';
import { createRegistryStore } from '../../../src/dynamic/registry/store.ts';
import type { Observation } from '../../../src/observability/observation.ts';
import { createAdmitRequest } from '../../../src/server/admit-request.ts';
import { createCrossOrigin } from '../../../src/server/cross-origin.ts';
import { listen } from '../../../src/server/http-server.ts';
import { createIds } from '../../../src/server/request-id.ts';
import { createRequestHandler } from '../../../src/server/request-handler.ts';
import type { Script, ScriptedFunction } from '../../helpers/scripted-function.ts';
import type { CoreOptions, TestCore } from '../call/calls.ts';
import { startCore } from '../call/start-core.ts';
import { type Columns, snapshotOf, verdictOf } from '../registry/rows.ts';

export type ServedCore = AsyncDisposable &
  Readonly<{ url: string; core: TestCore; fn: ScriptedFunction; observations: Observation[] }>;

export type ServeOptions = Omit<CoreOptions, 'connectTo'> &
  Readonly<{
    row?: Columns;
    corsOrigins?: readonly string[];
    /** What makes the calls, in place of the core as it is. */
    executeCallOf?: (core: TestCore) => ExecuteCall;
  }>;

/** Where the one row is served. */
export const path = '/run/companies/demo/echo/lookup';

/** The listener and the adapter on the call core, with one row, and without a database. */
export async function serveCore(
  script: Script,
  {
    row = {},
    corsOrigins = [],
    executeCallOf = ({ executeCall }) => executeCall,
    ...options
  }: ServeOptions = {},
): Promise<ServedCore> {
  await using opened = new AsyncDisposableStack();
  const started = opened.use(await startCore(script, options));
  const { core, fn } = started;
  const { observations } = core;
  const observe = (observation: Observation): void => void observations.push(observation);
  const store = createRegistryStore();
  store.swap(snapshotOf('1', [verdictOf('echo', row)]));
  const newId = createIds();
  const handle = createRequestHandler({
    admit: createAdmitRequest({
      gate: createOpenGate({ allowedHosts: [], corsOrigins }),
      crossOrigin: createCrossOrigin(corsOrigins),
      newId,
    }),
    run: createRunHandler({ store, executeCall: executeCallOf(core), observe }),
    fetch: () => new Response(null, { status: 404 }),
    observe,
    countWaiting: () => undefined,
  });
  const server = await listen({
    handle,
    observe,
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 10 * 1024 * 1024,
  });
  opened.defer(() => server.close(100));
  const owned = opened.move();
  return { url: server.url, core, fn, observations, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
