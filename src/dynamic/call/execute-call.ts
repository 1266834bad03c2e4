import type { Problem } from '../../errors.ts';
import type { Hop } from '../../modal/hop.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { ActiveCall } from './active-call.ts';
import { concurrencyLimitReached, gatewayOverloaded } from './admission-problems.ts';
import { attemptCall, type AttemptsOptions } from './attempts.ts';
import type { Call } from './call.ts';
import type { CallResponse, CallResult, FunctionResponse } from './call-result.ts';
import { functionHeaders } from './function-headers.ts';
import type { CallLimits } from './limits/call-limits.ts';
import { upstreamQuery } from './upstream-query.ts';
import { readBody, type RequestBody } from './read-body.ts';
import type { Upstream } from './upstream/upstream.ts';

/**
 * Makes one call, whoever asks for it: admission, contract, deadline, attempts, hops. Expected outcomes are values.
 *
 * @param signal fires when the caller leaves.
 * @throws what is a bug of ours; nothing is held then.
 */
export type ExecuteCall = (call: Call, signal: AbortSignal) => Promise<CallResult>;

export type ExecuteCallOptions = Readonly<{
  limits: CallLimits;
  upstream: Upstream;
  contracts: CallContracts;
  maxBodyBytes: number;
  observe: Observe;
  /** From 0 up to 1. */
  random: () => number;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

/** The rows' contracts, as far as a call needs them (dynamic/contracts/contracts.ts). */
export type CallContracts = Readonly<{
  /** Whether bodies of this route are validated, and so needed whole. */
  isChecked: (route: RouteDefinition) => boolean;
  /** What goes to the function in place of a buffered body, or why nothing does. */
  checkRequest: (
    route: RouteDefinition,
    body: Uint8Array | null,
    contentEncoding: string | null,
  ) => CheckedRequest;
  /** Looks at a response that is about to be passed on; it is not touched. */
  responded: (route: RouteDefinition, response: FunctionResponse) => void;
}>;

export type CheckedRequest =
  | Readonly<{ ok: true; body: Uint8Array | null }>
  | Readonly<{ ok: false; problem: Problem }>;

/** A call waits at most so long for one of its workflow's slots. */
const maxWaitMs = 2_000;

export function createExecuteCall(options: ExecuteCallOptions): ExecuteCall {
  const { limits, upstream, random } = options;
  const attempts = { ...limits, upstream, random };
  return async (call, signal) => {
    const active = new ActiveCall(call, signal, options);
    try {
      return await execute(options, attempts, active);
    } catch (error) {
      if (active.clock.interruption === 'abandoned') return active.abandon();
      active.fail(error);
      throw error;
    }
  };
}

async function execute(
  options: ExecuteCallOptions,
  attempts: AttemptsOptions,
  active: ActiveCall,
): Promise<CallResult> {
  const { limits, contracts } = options;
  const { call, clock } = active;
  const { route } = call;
  if (!active.enter()) return active.refuse(gatewayOverloaded);
  const read = await readBody(call.body, {
    maxBytes: options.maxBodyBytes,
    mustBuffer: route.idempotent || contracts.isChecked(route),
    budget: limits.budget,
    onTaken: (bytes) => active.holdBytes(bytes),
    onPassed: (bytes) => active.countRequestBytes(bytes),
  });
  clock.throwIfInterrupted();
  if ('code' in read) return active.refuse(read);
  if (read.kind === 'buffered') active.countRequestBytes(read.bytes?.byteLength ?? 0);
  const body = checkBody(contracts, call, read);
  if ('code' in body) return active.refuse(body);

  clock.start();
  if (route.maxConcurrency !== null) {
    active.releaseSlot = await acquireSlot(limits, route, route.maxConcurrency, active);
    if (active.releaseSlot === null) return active.refuse(concurrencyLimitReached(route));
  }
  active.beginUpstream();
  const attempt = await attemptCall(
    attempts,
    {
      route,
      query: upstreamQuery(route.functionUrl.search, call.query),
      headers: functionHeaders(call),
      body,
      resume: call.resume,
      onHop: (hop) => announceHop(options.observe, call, hop),
    },
    clock,
    active.attempts,
  );
  if (attempt.kind === 'failure') return active.refuse(attempt.problem);
  return passOn(contracts, active, attempt);
}

function passOn(contracts: CallContracts, active: ActiveCall, response: FunctionResponse): CallResponse {
  contracts.responded(active.call.route, response);
  return active.respond(response);
}

/** A body that is whole goes through the row's contract; others have none. */
function checkBody(
  contracts: CallContracts,
  { route, headers }: Call,
  body: RequestBody,
): RequestBody | Problem {
  if (body.kind === 'streamed' || !contracts.isChecked(route)) return body;
  const checked = contracts.checkRequest(route, body.bytes, headerOf(headers, 'content-encoding'));
  return checked.ok ? { kind: 'buffered', bytes: checked.body } : checked.problem;
}

function headerOf(lines: readonly string[], name: string): string | null {
  for (let index = 0; index < lines.length; index += 2)
    if (lines[index]?.toLowerCase() === name) return lines[index + 1] ?? null;
  return null;
}

/**
 * Waits half the time to the deadline at most: with a slot, there must be time left to use it.
 *
 * @returns null where none came free.
 */
async function acquireSlot(
  { concurrency }: CallLimits,
  { slug }: RouteDefinition,
  limit: number,
  { clock }: ActiveCall,
): Promise<(() => void) | null> {
  try {
    const release = await concurrency.acquire(slug, limit, Math.min(maxWaitMs, clock.leftMs() / 2), clock);
    // In the moment that it came free: the function is not called, so no attempt is counted.
    if (clock.interruption !== null) release?.();
    clock.throwIfInterrupted();
    return release;
  } catch (error) {
    if (clock.interruption === 'deadline') return null;
    throw error;
  }
}

function announceHop(observe: Observe, { requestId, route }: Call, hop: Hop): void {
  observe({ kind: 'call_redirected', requestId, slug: route.slug, hop });
}
