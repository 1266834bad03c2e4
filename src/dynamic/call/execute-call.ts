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
 * Makes one call, whoever asks for it: admission, contract, deadline, attempts, hops. Expected outcomes are values.
 *
 * @param signal fires when the caller leaves.
 * @throws an unexpected error, which is a bug in Rowgate; nothing is held then.
 */
export type ExecuteCall = (call: Call, signal: CallerSignal) => Promise<CallResult>;

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
  /**
   * What goes to the function in place of a buffered body, or why nothing does; later for a large one, which is validated in
   * another thread until the caller's signal fires. The signal is asked for only then.
   */
  checkRequest: (
    route: RouteDefinition,
    body: Uint8Array | null,
    contentEncoding: string | null,
    caller: Readonly<{ signal: AbortSignal }>,
  ) => CheckedRequest | Promise<CheckedRequest>;
  /** Looks at a response that is about to be passed on; it is not touched. */
  responded: (route: RouteDefinition, response: FunctionResponse) => void;
}>;

export type CheckedRequest =
  /** `isJson`: the body is JSON, whatever type it was sent with. */
  | Readonly<{ ok: true; body: Uint8Array | null; isJson: boolean }>
  | Readonly<{ ok: false; problem: ProblemOfCall }>;

/** A call waits at most so long for one of its workflow's slots. */
const maxWaitMs = 2_000;

export function createExecuteCall(options: ExecuteCallOptions): ExecuteCall {
  const { limits, upstream, random } = options;
  const attempts = { ...limits, upstream, random };
  return (call, signal) => execute(options, attempts, new ActiveCall(call, signal, options));
}

/** One async function, and not one for each step: with nine of them, one within the other, a call took 5 µs more (decision 11). */
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

/** A body that is whole goes through the row's contract; others have none. */
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

/** What a contract found to be JSON is sent on as JSON: sent with another type, FastAPI would not read it as such. */
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
