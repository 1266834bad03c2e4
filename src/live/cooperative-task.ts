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
 * @param now milliseconds of a clock that only goes forward.
 */
export async function inTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  let turnEnds = now() + turnMs;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (now() < turnEnds) continue;
    await nextTurn();
    turnEnds = now() + turnMs;
  }
}
