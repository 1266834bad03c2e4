/** Starts work that may wait, in the order in which it was added. */
export type Turns = Readonly<{ add: (start: () => void) => void }>;

/** How long work that waited may keep new requests waiting. */
const usualTurnMs = 2;

/**
 * Runs work between the turns of the event loop, for 2 ms at a time: whatever has arrived meanwhile on other connections goes
 * first.
 *
 * @param now milliseconds of a clock that only goes forward.
 * @param turnMs with 0, one piece of work is started in each turn.
 */
export function createTurns(now: () => number, turnMs = usualTurnMs): Turns {
  let waiting: (() => void)[] = [];
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(run);
  };
  const run = (): void => {
    isScheduled = false;
    const turn = waiting;
    waiting = [];
    const endsAt = now() + turnMs;
    let started = 0;
    do {
      turn[started]?.();
      started += 1;
    } while (started < turn.length && now() < endsAt);
    waiting = [...turn.slice(started), ...waiting];
    if (waiting.length > 0) schedule();
  };
  return {
    add: (start) => {
      waiting.push(start);
      schedule();
    },
  };
}
