import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that marks with `yield` where it may be interrupted. */
export type Steps<T> = Generator<undefined, T>;

/** How many rows a pass goes through between two `yield`s: well under 0.2 ms of any pass. */
const rowsPerStep = 256;

/** How long work may keep requests waiting before it lets them in. */
const turnMs = 2;

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
 * Does the work two milliseconds at a time and lets everything else run in between: a build of 50,000 rows takes 10 to 25 ms,
 * in one piece long enough to show in the p99 of all requests when rows change 50 times a second.
 *
 * For work of which there is little at a time; that of requests is done in shared turns.
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export function inTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  return doWork(steps, now, nextTurn);
}

/**
 * Does the work of a request likewise, in turns that it shares with that of all other requests: in each turn of the event loop one
 * of them has its two milliseconds. With turns of their own, 200 callers of a listing kept everybody else waiting for 85 ms (median).
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export async function inSharedTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  await sharedTurn();
  return doWork(steps, now, sharedTurn);
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

/** Whether somebody has the shared turn: there is one event loop in a thread, and one share of it. */
let isTaken = false;
const waiting: (() => void)[] = [];

/** Resolves when the shared turn is the caller's: at once, if nobody had it since the event loop turned. */
function sharedTurn(): Promise<void> {
  if (isTaken) return new Promise((resolve) => waiting.push(resolve));
  isTaken = true;
  setImmediate(passSharedTurn);
  return Promise.resolve();
}

function passSharedTurn(): void {
  const next = waiting.shift();
  isTaken = next !== undefined;
  if (next === undefined) return;
  next();
  setImmediate(passSharedTurn);
}
