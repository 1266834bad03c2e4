import { setTimeout as delay } from 'node:timers/promises';

export type Debounce = Readonly<{
  /** Requests a run that starts after this call; resolves when such a run has ended. */
  ask: () => Promise<void>;
  /** Waits for the run under way and makes later requests do nothing. */
  close: () => Promise<void>;
}>;

/**
 * Runs some work, never twice at a time and not more often than every `intervalMs`. The first request after a quiet period
 * runs at once; those of a burst share one run; one that comes during a run gets a run of its own afterwards, since the
 * current one may have read too early.
 *
 * @param work must not reject.
 * @param now milliseconds of a clock that only goes forward.
 */
export function createDebounce(work: () => Promise<void>, intervalMs: number, now: () => number): Debounce {
  let lastStart = Number.NEGATIVE_INFINITY;
  let next: Promise<void> | undefined;
  let running: Promise<void> = Promise.resolve();
  const closing = new AbortController();

  const runAfter = async (previous: Promise<void>): Promise<void> => {
    await previous;
    const wait = lastStart + intervalMs - now();
    if (wait > 0) await delay(wait, undefined, { signal: closing.signal }).catch(() => undefined);
    next = undefined;
    if (closing.signal.aborted) return;
    lastStart = now();
    await work();
  };

  return {
    ask: () => {
      if (closing.signal.aborted) return Promise.resolve();
      if (next === undefined) {
        next = runAfter(running);
        running = next;
      }
      return next;
    },
    close: async () => {
      closing.abort();
      await running;
    },
  };
}
