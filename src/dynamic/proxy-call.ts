import type { Readable } from 'node:stream';
import type { Problem } from '../errors.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { callFunction, type CallFunctionOptions } from './call-function.ts';
import type { ConcurrencyLimits } from './concurrency.ts';
import type { Contracts } from './contracts/contracts.ts';
import { isChecked } from './contracts/request-check.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { isHandedOver } from './held-body.ts';
import type { InFlight } from './in-flight.ts';
import { concurrencyLimitReached, gatewayOverloaded } from './refusals.ts';
import { type CallBody, type ReadBody, readBody } from './request-body.ts';
import { requestHeaders } from './request-headers.ts';
import { traceOf } from './request-identity.ts';
import { methodNotAllowed } from './routing-problems.ts';
import { upstreamQuery } from './target.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** An answer of the function on its way to the caller. */
export type CallAnswer = UpstreamAnswer &
  Readonly<{
    /** To be called once an answer that is streamed has ended, whichever way: ends the call. */
    release: () => void;
    /** Fires when it must have ended. */
    over: AbortSignal;
  }>;

/** How one request of a mounted route ended, and what its tries took. */
export type Outcome = Readonly<{ upstreamMs: number; attempts: number }> &
  (
    | Readonly<{ kind: 'answered'; answer: CallAnswer }>
    | Readonly<{ kind: 'refused'; problem: Problem }>
    | Readonly<{ kind: 'caller_gone' }>
  );

export type ProxyCallOptions = CallFunctionOptions &
  Readonly<{
    inFlight: InFlight;
    concurrency: ConcurrencyLimits;
    budget: BufferBudget;
    contracts: Contracts;
    maxBodyBytes: number;
    now: () => number;
    newId: () => string;
  }>;

/** One request of a mounted route. */
export type ProxyRequest = Readonly<{
  request: Request;
  /** The same as Node has it, where there is a socket. */
  incoming: Readable | undefined;
  route: RouteDefinition;
  /** The caller's query with its `?`, or the empty string. */
  query: string;
  requestId: string;
}>;

/** A call waits at most so long for one of its workflow's places. */
const maxWaitMs = 2_000;

/** Admits a request, reads its body, calls the route's function, and says how it ended. */
export async function proxyCall(options: ProxyCallOptions, asked: ProxyRequest): Promise<Outcome> {
  const { inFlight, concurrency, now } = options;
  const { request, route } = asked;
  if (!isMethodOf(route, request.method)) return refused(methodNotAllowed(request.method, route));
  if (!inFlight.enter()) return refused(gatewayOverloaded);
  using held = new DisposableStack();
  held.defer(inFlight.leave);
  const read = await readBody(request, asked.incoming, {
    maxBytes: options.maxBodyBytes,
    mustHold: route.idempotent || isChecked(route),
    budget: options.budget,
    defer: (work) => held.defer(work),
  });
  if (!read.ok) return request.signal.aborted ? callerGone : refused(read.problem);
  const body = checkedBody(options.contracts, asked, read.body);
  if (!body.ok) return refused(body.problem);

  const deadline = startDeadline(route.timeoutSeconds * 1000, request.signal, now);
  held.defer(deadline.end);
  if (route.maxConcurrency !== null) {
    const leave = await placeFor(concurrency, route, route.maxConcurrency, deadline);
    if (leave === null) return request.signal.aborted ? callerGone : refused(concurrencyLimitReached(route));
    held.defer(leave);
  }
  const calledAt = now();
  const call = {
    route,
    query: upstreamQuery(route.functionUrl.search, asked.query),
    headers: headersOf(options, asked),
    body: body.body,
  };
  const end = await callFunction(options, call, deadline);
  const { attempts } = end;
  const upstreamMs = attempts === 0 ? 0 : now() - calledAt;
  if (end.kind !== 'answered') return { ...end, upstreamMs };
  const { answer } = end;
  const { rest, size } = answer.body;
  const { signal: over } = deadline;
  if (isHandedOver(answer.body))
    return { kind: 'answered', answer: { ...answer, release: noop, over }, upstreamMs, attempts };
  const streamed = { ...answer.body, rest: deadline.watch(rest, answer.isEventStream) };
  // It is there already: where the budget is full it is better sent than refused.
  if (options.budget.take(size)) held.defer(() => options.budget.giveBack(size));
  const streaming = held.move();
  const release = (): void => streaming.dispose();
  return { kind: 'answered', answer: { ...answer, body: streamed, release, over }, upstreamMs, attempts };
}

/** HEAD is GET without the body of its answer (RFC 9110 section 9.3.2). */
function isMethodOf(route: RouteDefinition, method: string): boolean {
  return method === route.method || (method === 'HEAD' && route.method === 'GET');
}

/** A body that is whole goes through the row's contract; others have none. */
function checkedBody(contracts: Contracts, { request, route }: ProxyRequest, body: CallBody): ReadBody {
  const { payload } = body;
  if (payload !== null && !(payload instanceof Uint8Array)) return { ok: true, body };
  const checked = contracts.checkRequest(route, payload, request.headers.get('content-encoding'));
  return checked.ok ? { ok: true, body: { ...body, payload: checked.body } } : checked;
}

/**
 * Half the time to the deadline at most: with a place, there must be time left to use it.
 *
 * @returns null where none came free, or the caller left.
 */
async function placeFor(
  concurrency: ConcurrencyLimits,
  { slug }: RouteDefinition,
  limit: number,
  deadline: Deadline,
): Promise<(() => void) | null> {
  const waitMs = Math.min(maxWaitMs, deadline.leftMs() / 2);
  try {
    return await deadline.within(() => concurrency.enter(slug, limit, waitMs, deadline.signal));
  } catch (error) {
    if (deadline.callerGone.aborted) return null;
    throw error;
  }
}

function headersOf(
  { newId }: ProxyCallOptions,
  { request, route, requestId }: ProxyRequest,
): readonly string[] {
  const { traceparent, continued } = traceOf(request.headers.get('traceparent'), newId);
  const added = { host: route.functionUrl.host, requestId, traceparent, dropTraceState: !continued };
  return requestHeaders(request.headers, added);
}

function refused(problem: Problem) {
  return { kind: 'refused', problem, upstreamMs: 0, attempts: 0 } as const;
}

const callerGone = { kind: 'caller_gone', upstreamMs: 0, attempts: 0 } as const;

function noop(): void {}
