import type { HeaderPairs } from './responses/function-reply.ts';
import type { Call, CallStore } from './call-store.ts';
import { type Exchange, pause, sendAnswer } from './exchange.ts';
import { locationOf } from './location.ts';

export type HopOptions = Readonly<{ calls: CallStore; hopMs: number; nowMs: () => number }>;

/**
 * One leg of a call, the POST or a GET of its result: blocks up to `hopMs`, then delivers the result or answers a 303
 * to load it later (docs/modal.md, "Longer than 150 s: the 303 chain").
 */
export async function serveLeg(exchange: Exchange, call: Call, options: HopOptions): Promise<void> {
  const waitMs = call.readyAtMs - options.nowMs();
  if (waitMs > options.hopMs) {
    await pause(exchange, options.hopMs);
    redirectToResult(exchange, call, options.calls);
    return;
  }
  await pause(exchange, waitMs);
  await call.deliver(exchange);
}

/** Answers 303 with an empty body and keeps the call; also what a cold start answers at once. */
export function redirectToResult(exchange: Exchange, call: Call, calls: CallStore): void {
  calls.keep(call);
  const location = locationOf(exchange.host, exchange.target, call.id, call.location);
  const headers: HeaderPairs = location === undefined ? [] : [['location', location]];
  const answer = { status: 303, headers: [...headers, callIdHeader(call.id)], body: '' };
  sendAnswer(exchange, answer);
}

/** Answers of a started call carry its id (docs/modal.md, seen). */
export function callIdHeader(id: string): readonly [string, string] {
  return ['modal-function-call-id', id];
}
