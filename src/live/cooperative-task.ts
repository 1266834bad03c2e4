import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSharedTurn, turnMs } from './shared-turn.ts';

/** Work that marks the points at which it may be interrupted with `yield`. */
export type Steps<T> = Generator<undefined, T>;

/** How many rows a pass goes through between two `yield`s: well under 0.2 ms of any pass. */
const rowsPerStep = 256;

/** Whether a pass should `yield` at this row. */
export function isStep(index: number): boolean {
  return index % rowsPerStep === rowsPerStep - 1;
}

/** Does the work without a break. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Does the work in turns of two milliseconds, between which everything else can run: a build of 50,000 rows takes 10 to 25
 * ms, which in one piece is long enough to show in the p99 of all requests when rows change 50 times a second.
 *
 * For work that is rare; the work of requests is done in shared turns.
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export function inTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  return doWork(steps, now, nextTurn);
}

/** The turn that Rowgate's own routes share. */
const requestsTurn = createSharedTurn();

/** Resolves when a request for one of Rowgate's own routes may be handled: one in each turn of the event loop. */
export const turnOfRequest = (): Promise<void> => requestsTurn.take();

/**
 * Does the work of a request in the same way, in turns that it shares with all other requests: in each turn of the event
 * loop, one of them gets its two milliseconds. With turns of their own, 200 callers of a listing kept everybody else waiting
 * for 85 ms (median).
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export async function inSharedTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  await turnOfRequest();
  return doWork(steps, now, turnOfRequest);
}

async function doWork<T>(steps: Steps<T>, now: () => number, turn: () => Promise<void>): Promise<T> {
  let turnEnds = now() + turnMs;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (now() < turnEnds) continue;
    await turn();
    turnEnds = now() + turnMs;
  }
}
