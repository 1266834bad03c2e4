import type { HeaderPairs } from './responses/simulated-response.ts';
import type { Call, CallStore } from './call-store.ts';
import { type Exchange, pause, sendResponse } from './exchange.ts';
import { locationOf } from './location.ts';

export type HopOptions = Readonly<{ calls: CallStore; hopMs: number; nowMs: () => number }>;

/**
 * One hop of a call, the POST or a GET of its result: blocks up to `hopMs`, then delivers the result or sends a 303 to
 * load it later (docs/modal.md, "Longer than 150 s: the 303 chain").
 */
export async function serveHop(exchange: Exchange, call: Call, options: HopOptions): Promise<void> {
  const waitMs = call.readyAtMs - options.nowMs();
  if (waitMs > options.hopMs) {
    await pause(exchange, options.hopMs);
    redirectToResult(exchange, call, options.calls);
    return;
  }
  await pause(exchange, waitMs);
  await call.deliver(exchange);
}

/** Sends a 303 with an empty body and keeps the call; a cold start does so at once. */
export function redirectToResult(exchange: Exchange, call: Call, calls: CallStore): void {
  calls.keep(call);
  const location = locationOf(exchange.host, exchange.target, call.id, call.location);
  const headers: HeaderPairs = location === undefined ? [] : [['location', location]];
  const response = { status: 303, headers: [...headers, callIdHeader(call.id)], body: '' };
  sendResponse(exchange, response);
}

/** Responses of a started call carry its id (docs/modal.md, seen). */
export function callIdHeader(id: string): readonly [string, string] {
  return ['modal-function-call-id', id];
}
