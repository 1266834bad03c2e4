import { type Hop, hopHeaders, nextHop } from '../../../modal/hop.ts';
import type { CallClock } from '../call-clock.ts';
import type { FunctionResponse } from '../call-result.ts';
import { HopFailedError, RedirectRefusedError } from './exchange-errors.ts';
import { isConnectionFault } from './failures.ts';
import { platformErrorOf } from './platform-error-of.ts';
import { retryAfterMs } from './retry-after.ts';
import type { FunctionRequest, SendRequest } from './send-request.ts';

/** How often a result that could not be loaded is requested again, and the first pause, which doubles each time. */
const hopRepeats = 4;
const hopPauseMs = 200;
/** A longer Retry-After is not waited for: most calls have 30 to 90 s, so the caller would only see that the deadline passed. */
const maxHopWaitMs = 20_000;

/** Modal's hops take 150 s. Responses that arrive sooner than this are paced, so that no caller can keep a loop spinning. */
const quickHopMs = 1_000;
const firstPaceMs = 100;
const maxPaceMs = 5_000;

const seeOther = 303;
const requestTimeout = 408;
const tooManyRequests = 429;

/** What is needed to follow a chain, besides the request that began it. */
export type HopContext = Readonly<{
  send: SendRequest;
  clock: CallClock;
  hops: HopListener;
}>;

export type HopListener = Readonly<{
  /** A hop is about to be followed. */
  redirected: (hop: Hop) => void;
}>;

/**
 * Follows the 303 chain with which Modal responds to calls of more than 150 s: each hop is a GET without a body that starts
 * no new call, so it may be repeated. Bounded by the call's deadline alone, not by a number of hops.
 *
 * @param redirect the response to the call itself; one that is not a 303 is returned unchanged.
 * @throws RedirectRefusedError for a chain that leaves its host; HopFailedError; InvalidResponseError; what undici throws;
 *   the reason of an interruption.
 */
export async function followHops(
  redirect: FunctionResponse,
  request: FunctionRequest,
  context: HopContext,
): Promise<FunctionResponse> {
  let response = redirect;
  let from: Hop = { host: request.host, target: request.path };
  let paceMs = 0;
  while (response.status === seeOther) {
    discard(response);
    const { location } = response.headers;
    const next = nextHop(location, from);
    if (!next.ok) throw new RedirectRefusedError(next.why);
    from = next.hop;
    context.hops.redirected(from);
    if (paceMs > 0) await context.clock.delay(paceMs);
    const startedAt = performance.now();
    response = await loadHop(from, request, context);
    const isQuick = performance.now() - startedAt < quickHopMs;
    paceMs = isQuick ? Math.min(Math.max(firstPaceMs, paceMs * 2), maxPaceMs) : 0;
  }
  return response;
}

/**
 * Resumes a chain where another process left off.
 *
 * @throws as followHops.
 */
export async function resumeFrom(
  hop: Hop,
  request: FunctionRequest,
  context: HopContext,
): Promise<FunctionResponse> {
  if (hop.host !== request.host) throw new RedirectRefusedError('the hop to resume from is on another host');
  const response = await loadHop(hop, request, context);
  return followHops(response, { ...request, path: hop.target }, context);
}

async function loadHop(
  { target }: Hop,
  { origin, host, headers }: FunctionRequest,
  { send, clock }: HopContext,
): Promise<FunctionResponse> {
  const request = {
    origin,
    host,
    path: target,
    method: 'GET',
    headers: hopHeaders(headers),
    body: null,
  } as const;
  for (let repeat = 0; ; repeat += 1) {
    let askedMs = 0;
    try {
      const response = await send(request, clock, true);
      const again = repeatAfterMs(response);
      if (again === null || repeat === hopRepeats) return response;
      askedMs = again;
    } catch (error) {
      clock.throwIfInterrupted();
      if (!isConnectionFault(error) || repeat === hopRepeats) throw new HopFailedError(error);
    }
    await clock.delay(Math.max(hopPauseMs * 2 ** repeat, askedMs));
  }
}

/**
 * Returns how long to wait, in milliseconds, before requesting a result that the platform does not have yet; null if the
 * response is final: it is the function's own (which may be a 408 or a 429, too), or requesting it again would not help.
 */
function repeatAfterMs(response: FunctionResponse): number | null {
  if (response.status !== requestTimeout && response.status !== tooManyRequests) return null;
  const error = platformErrorOf(response);
  if (error === null || error.retry === 'never') return null;
  const askedMs = retryAfterMs(response.headers, Date.now) ?? 0;
  return askedMs <= maxHopWaitMs ? askedMs : null;
}

function discard({ body }: FunctionResponse): void {
  if (body.kind === 'streamed') body.abandon(new Error('a redirect has no body to read'));
}
