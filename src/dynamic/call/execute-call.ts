import type { ProblemOfCall } from '../../errors.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { ActiveCall } from './active-call.ts';
import { concurrencyLimitReached, gatewayOverloaded } from './admission-problems.ts';
import { attemptCall, type AttemptsOptions } from './attempts.ts';
import type { Call } from './call.ts';
import type { CallerSignal } from './call-clock.ts';
import type { CallResult, FunctionResponse } from './call-result.ts';
import { asJson, headerOf, isJsonType, jsonType } from './content-headers.ts';
import { functionHeaders } from './function-headers.ts';
import type { CallLimits } from './limits/call-limits.ts';
import { upstreamQuery } from './upstream-query.ts';
import { type BufferedBody, readBody, type RequestBody } from './read-body.ts';
import type { Upstream, UpstreamCall } from './upstream/upstream.ts';

/**
 * Makes one call, whatever it came from: admission, contract, deadline, attempts, hops. Expected outcomes are values.
 *
 * @param signal fires when the caller leaves.
 * @throws an unexpected error, which is a bug in Rowgate; the call holds nothing then.
 */
export type ExecuteCall = (call: Call, signal: CallerSignal) => Promise<CallResult>;

export type ExecuteCallOptions = Readonly<{
  limits: CallLimits;
  upstream: Upstream;
  contracts: CallContracts;
  maxBodyBytes: number;
  observe: Observe;
  /** From 0 to less than 1. */
  random: () => number;
  /** Monotonic time in milliseconds. */
  now: () => number;
}>;

/** The parts of the rows' contracts that a call needs (dynamic/contracts/contracts.ts). */
export type CallContracts = Readonly<{
  /** Whether bodies of this route are validated, and must therefore be complete. */
  isChecked: (route: RouteDefinition) => boolean;
  /**
   * Returns the body to send to the function in place of a buffered one, or the problem that refuses it; a promise for a
   * large body, which is validated in another thread until the caller's signal fires. The signal is read only then.
   */
  checkRequest: (
    route: RouteDefinition,
    body: Uint8Array | null,
    contentEncoding: string | null,
    caller: Readonly<{ signal: AbortSignal }>,
  ) => CheckedRequest | Promise<CheckedRequest>;
  /** Inspects a response that is about to be passed on, without changing it. */
  responded: (route: RouteDefinition, response: FunctionResponse) => void;
}>;

export type CheckedRequest =
  /** `isJson`: the body is JSON, whatever Content-Type it was sent with. */
  | Readonly<{ ok: true; body: Uint8Array | null; isJson: boolean }>
  | Readonly<{ ok: false; problem: ProblemOfCall }>;

/** The maximum time that a call waits for one of its workflow's slots. */
const maxWaitMs = 2_000;

export function createExecuteCall(options: ExecuteCallOptions): ExecuteCall {
  const { limits, upstream, random } = options;
  const attempts = { ...limits, upstream, random };
  return (call, signal) => execute(options, attempts, new ActiveCall(call, signal, options));
}

/** One async function rather than one for each step: with nine of them nested, a call took 5 µs more (docs/decisions/0011). */
async function execute(
  { limits, contracts, maxBodyBytes }: ExecuteCallOptions,
  attempts: AttemptsOptions,
  active: ActiveCall,
): Promise<CallResult> {
  const { call, clock } = active;
  const { route } = call;
  try {
    if (!active.enter()) return active.refuse(gatewayOverloaded);
    const isChecked = contracts.isChecked(route);
    const read = await readBody(
      call.body,
      { maxBytes: maxBodyBytes, mustBuffer: isChecked || route.idempotent },
      active,
    );
    clock.throwIfInterrupted();
    if ('code' in read) return active.refuse(read);
    const checked = isChecked ? checkBody(contracts, active, read) : read;
    const body = checked instanceof Promise ? await checked : checked;
    clock.throwIfInterrupted();
    if ('code' in body) return active.refuse(body);

    clock.start();
    if (route.maxConcurrency !== null) {
      active.releaseSlot = await acquireSlot(limits, route, route.maxConcurrency, active);
      if (active.releaseSlot === null) return active.refuse(concurrencyLimitReached(route));
    }
    active.beginUpstream();
    const attempt = await attemptCall(attempts, upstreamCallOf(active, body), clock, active.attempts);
    if (attempt.kind === 'failure') return active.refuse(attempt.problem);
    contracts.responded(route, attempt);
    return active.respond(attempt);
  } catch (error) {
    if (clock.interruption === 'abandoned') return active.abandon();
    active.fail(error);
    throw error;
  }
}

function upstreamCallOf(active: ActiveCall, body: RequestBody): UpstreamCall {
  const { call } = active;
  const { route, query, resume } = call;
  const headers = functionHeaders(call);
  return {
    route,
    query: upstreamQuery(route.functionUrl.search, query),
    headers: body.kind === 'buffered' && body.mustBeSentAsJson === true ? asJson(headers) : headers,
    body,
    resume,
    hops: active,
  };
}

/** Validates a buffered body against the row's contract; a streamed one is not validated. */
function checkBody(
  contracts: CallContracts,
  { call, clock }: ActiveCall,
  body: RequestBody,
): RequestBody | ProblemOfCall | Promise<RequestBody | ProblemOfCall> {
  if (body.kind === 'streamed') return body;
  const { route, headers } = call;
  const checked = contracts.checkRequest(route, body.bytes, headerOf(headers, 'content-encoding'), clock);
  return checked instanceof Promise
    ? checked.then((later) => checkedBody(later, call, body))
    : checkedBody(checked, call, body);
}

/** A body that its contract found to be JSON is sent on as JSON: with another type, FastAPI would not read it as such. */
function checkedBody(
  checked: CheckedRequest,
  { headers }: Call,
  body: BufferedBody,
): RequestBody | ProblemOfCall {
  if (!checked.ok) return checked.problem;
  const type = checked.isJson ? headerOf(headers, 'content-type') : jsonType;
  if (type === null || !isJsonType(type))
    return { kind: 'buffered', bytes: checked.body, mustBeSentAsJson: true };
  return checked.body === body.bytes ? body : { kind: 'buffered', bytes: checked.body };
}

/**
 * Acquires a slot; waits at most half the time to the deadline, so that there is time left to use it.
 *
 * @returns null if none became free.
 */
async function acquireSlot(
  { concurrency }: CallLimits,
  { slug }: RouteDefinition,
  limit: number,
  { clock }: ActiveCall,
): Promise<(() => void) | null> {
  try {
    const release = await concurrency.acquire(slug, limit, Math.min(maxWaitMs, clock.leftMs() / 2), clock);
    // Interrupted just as the slot became free: the function is not called, so no attempt is counted.
    if (clock.interruption !== null) release?.();
    clock.throwIfInterrupted();
    return release;
  } catch (error) {
    if (clock.interruption === 'deadline') return null;
    throw error;
  }
}
