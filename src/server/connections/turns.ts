/** Starts deferred work in the order in which it was added. */
export type Turns = Readonly<{ add: (start: () => void) => void }>;

/** How long deferred work may keep new requests waiting. */
const usualTurnMs = 2;

/**
 * Runs deferred work between the turns of the event loop, for 2 ms at a time: whatever has arrived on other connections in
 * the meantime goes first.
 *
 * @param now monotonic time in milliseconds.
 * @param turnMs if 0, each turn starts one piece of work.
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
