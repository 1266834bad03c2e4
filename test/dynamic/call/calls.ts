import type { Call } from '../../../src/dynamic/call/call.ts';
import type { CallResult } from '../../../src/dynamic/call/call-result.ts';
import {
  type CallContracts,
  createExecuteCall,
  type ExecuteCall,
} from '../../../src/dynamic/call/execute-call.ts';
import { createCallLimits } from '../../../src/dynamic/call/limits/call-limits.ts';
import { createUpstream } from '../../../src/dynamic/call/upstream/upstream.ts';
import { createContracts } from '../../../src/dynamic/contracts/contracts.ts';
import type { ValidationPoolOptions } from '../../../src/dynamic/contracts/worker/validation-pool.ts';
import type { Observation } from '../../../src/observability/observation.ts';
import type { RouteDefinition } from '../../../src/schemas/route-definition.ts';
import { type Columns, routeOf as namedRouteOf } from '../registry/rows.ts';

/** The call core with everything behind it, and nothing in front: functions are called over real sockets. */
export type TestCore = AsyncDisposable &
  Readonly<{
    /** Makes a call, of a caller that stays unless its signal says otherwise. */
    execute: (call: Call, signal?: AbortSignal) => Promise<CallResult>;
    /** The same as whoever makes calls has it. */
    executeCall: ExecuteCall;
    observations: Observation[];
    /** What is held now: 0 everywhere once every call has ended. */
    held: () => Held;
  }>;

export type Held = Readonly<{ inFlight: number; bufferedBytes: number; slots: number; waiting: number }>;

export type CoreOptions = Readonly<{
  /** Where functions are: their origin, in place of their rows'. */
  connectTo: string;
  maxInFlight?: number;
  maxBufferedBytes?: number;
  maxBodyBytes?: number;
  credentialsFor?: (host: string) => readonly string[];
  /** Replaces parts of what the rows' contracts do. */
  contracts?: Partial<CallContracts>;
  /** Of the threads that validate large bodies. */
  threads?: Partial<ValidationPoolOptions>;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}>;

const megabyte = 1024 * 1024;

export function createCore({
  connectTo,
  maxInFlight = 100,
  maxBufferedBytes = 64 * megabyte,
  maxBodyBytes = 10 * megabyte,
  credentialsFor = () => [],
  contracts: replaced = {},
  threads = {},
  now = () => performance.now(),
}: CoreOptions): TestCore {
  const observations: Observation[] = [];
  const observe = (observation: Observation): void => void observations.push(observation);
  const limits = createCallLimits({ maxInFlight, maxBufferedBytes, observe, now });
  const upstream = createUpstream({
    connectTo,
    credentialsFor,
    maxConnectionsPerOrigin: maxInFlight,
    budget: limits.budget,
  });
  const contracts = createContracts({ observe, now, nowDate: () => new Date(), threads });
  const executeCall = createExecuteCall({
    limits,
    upstream,
    contracts: { ...contracts, ...replaced },
    maxBodyBytes,
    observe,
    random: () => 0,
    now,
  });
  return {
    execute: (call, signal = new AbortController().signal) => executeCall(call, signal),
    executeCall,
    observations,
    held: () => {
      const { inFlight, bufferedBytes, concurrency } = limits.state();
      const slots = concurrency.reduce((sum, row) => sum + row.inFlight, 0);
      const waiting = concurrency.reduce((sum, row) => sum + row.waiting, 0);
      return { inFlight, bufferedBytes, slots, waiting };
    },
    [Symbol.asyncDispose]: async () => {
      await contracts.close();
      await upstream.close();
    },
  };
}

/** The route of a good row; `over` replaces columns. */
export function routeOf(over: Columns = {}): RouteDefinition {
  return namedRouteOf('echo', over);
}

/** A call with an empty JSON object, as whoever makes calls would. */
export function callOf(route: RouteDefinition, over: Partial<Call> = {}): Call {
  return {
    route,
    registryVersion: '1',
    query: '',
    headers: ['content-type', 'application/json'],
    body: Buffer.from('{}'),
    requestId: 'req-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
    caller: { keyId: null, clientAddress: null },
    ...over,
  };
}

/** Takes a result to its end, as an adapter does: the status, the body as text, and how it ended. */
export async function take(
  result: CallResult,
): Promise<Readonly<{ status: number; body: string; isWhole: boolean }>> {
  if (result.kind === 'abandoned') return { status: 0, body: '', isWhole: false };
  if (result.kind === 'problem') {
    result.delivery.end('whole', 0);
    return { status: 0, body: result.problem.code, isWhole: true };
  }
  const { body, delivery, status } = result;
  const chunks: Uint8Array[] = body.kind === 'buffered' ? [...body.chunks] : [];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  delivery.begin(resolve);
  if (body.kind === 'buffered') resolve(undefined);
  else {
    body.start({
      write: (chunk) => chunks.push(chunk) > 0,
      end: () => resolve(undefined),
      cut: resolve,
    });
  }
  const error = await promise;
  const whole = Buffer.concat(chunks);
  delivery.end(error === undefined ? 'whole' : 'cut', whole.byteLength, error);
  return { status, body: whole.toString(), isWhole: error === undefined };
}
