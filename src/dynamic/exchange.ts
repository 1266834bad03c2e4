import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent, Dispatcher } from 'undici';
import { legHeaders, nextLeg, type ResultLeg } from '../modal/result-chain.ts';
import { requestHead } from './answer-head.ts';
import { type HeldAnswer, platformErrorOf } from './held-answer.ts';
import { retryAfterMs } from './retry-after.ts';
import { isConnectionFault, RedirectRefusedError, ResultLegError } from './upstream-fault.ts';

/** One call as it goes over the wire. */
export type WireCall = Readonly<{
  /** The row's own, by which connections are pooled. */
  origin: string;
  host: string;
  target: string;
  method: Dispatcher.HttpMethod;
  /** Flat list of header names and values. */
  headers: string[];
  body: Uint8Array | Readable | null;
}>;

/** The answer at the end of a chain, or of the call itself. */
export type Exchanged = HeldAnswer &
  Readonly<{
    /** It was loaded from where a 303 led: the call had been started before. */
    isResult: boolean;
  }>;

/** Reads an answer as far as it is held. */
export type Hold = (answer: Dispatcher.ResponseData) => Promise<HeldAnswer>;

/** A result that could not be loaded is asked for again, so often and at first after so long (then twice as long). */
const legRepeats = 4;
const legPauseMs = 200;
/** A longer Retry-After is not waited for: most calls have 30 to 90 s, so the deadline would be all that the caller hears of. */
const maxLegWaitMs = 20_000;

/** Modal's legs take 150 s. Answers that come sooner than this are paced, lest one caller keep a loop of 303s spinning. */
const quickLegMs = 1_000;
const firstPaceMs = 100;
const maxPaceMs = 5_000;

const seeOther = 303;
const requestTimeout = 408;
const tooManyRequests = 429;

/**
 * Makes a call and follows the 303 chain by which Modal answers calls of more than 150 s: each leg is a GET without a
 * body that starts no new call, so it may be repeated. Bounded by the signal alone, not by a count of legs.
 *
 * @throws RedirectRefusedError for a chain that leaves its host; ResultLegError; InvalidAnswerError; what undici throws; the signal's reason.
 */
export async function exchange(
  agent: Agent,
  { origin, host, target, method, headers, body }: WireCall,
  hold: Hold,
  signal: AbortSignal,
): Promise<Exchanged> {
  let answer = await hold(await requestHead(agent, { origin, path: target, method, headers, body, signal }));
  let leg: ResultLeg = { host, target };
  let paceMs = 0;
  let isResult = false;
  while (answer.status === seeOther) {
    await answer.body.rest?.return?.();
    const { location } = answer.headers;
    const next = nextLeg(typeof location === 'string' ? location : undefined, leg);
    if (!next.ok) throw new RedirectRefusedError(next.why);
    leg = next.leg;
    isResult = true;
    if (paceMs > 0) await delay(paceMs, undefined, { signal });
    const startedAt = performance.now();
    const request = {
      origin,
      path: leg.target,
      method: 'GET',
      headers: legHeaders(headers),
      signal,
    } as const;
    answer = await loadLeg(async () => hold(await requestHead(agent, request)), signal);
    const isQuick = performance.now() - startedAt < quickLegMs;
    paceMs = isQuick ? Math.min(Math.max(firstPaceMs, paceMs * 2), maxPaceMs) : 0;
  }
  return { ...answer, isResult };
}

async function loadLeg(load: () => Promise<HeldAnswer>, signal: AbortSignal): Promise<HeldAnswer> {
  for (let repeat = 0; ; repeat += 1) {
    let askedMs = 0;
    try {
      const answer = await load();
      const again = againAfterMs(answer);
      if (again === null || repeat === legRepeats) return answer;
      askedMs = again;
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isConnectionFault(error) || repeat === legRepeats) throw new ResultLegError(error);
    }
    await delay(Math.max(legPauseMs * 2 ** repeat, askedMs), undefined, { signal });
  }
}

/**
 * How long the platform wants us to wait for what it did not give yet; null where the answer is to be used: it is the
 * function's own (which may be a 408 or a 429, too), or asking again would not help.
 */
function againAfterMs(answer: HeldAnswer): number | null {
  if (answer.status !== requestTimeout && answer.status !== tooManyRequests) return null;
  const error = platformErrorOf(answer);
  if (error === null || error.retry === 'never') return null;
  const askedMs = retryAfterMs(answer.headers, Date.now) ?? 0;
  return askedMs <= maxLegWaitMs ? askedMs : null;
}
