import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { CallClock } from '../call-clock.ts';
import type { FunctionResponse } from '../call-result.ts';
import type { BufferBudget } from '../limits/buffer-budget.ts';
import { type Follow, ResponseCollector } from './response-collector.ts';

/** One request as it goes over the wire. */
export type FunctionRequest = Readonly<{
  /** The row's own origin; connections are pooled by it. */
  origin: string;
  host: string;
  /** Path and query. */
  path: string;
  method: Dispatcher.HttpMethod;
  /** Flat list of header names and values. */
  headers: string[];
  body: Uint8Array | Readable | null;
}>;

/**
 * Sends one request and returns its response as soon as it can be passed on (response-collector.ts).
 *
 * @param isResult whether it loads the result of a call that was started before.
 * @param follow returns the response that a 303 leads to. Passed in, since an async function around this one would cost every
 *   call and serve only the few that are redirected.
 * @throws InvalidResponseError; what undici throws; the reason of an interruption.
 */
export type SendRequest = (
  request: FunctionRequest,
  clock: CallClock,
  isResult: boolean,
  follow?: Follow,
) => Promise<FunctionResponse>;

export function createSendRequest(dispatcher: Dispatcher, budget: BufferBudget): SendRequest {
  return (request, clock, isResult, follow) => {
    const collector = new ResponseCollector(budget, isResult, follow);
    clock.onInterrupt(collector);
    if (clock.interruption === null) dispatcher.dispatch(request, collector);
    return collector.response;
  };
}
