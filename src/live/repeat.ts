import { setTimeout as delay } from 'node:timers/promises';

export type Repetition = Readonly<{
  everyMs: number;
  signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

/**
 * Runs some work every `everyMs`, counted from the start of the last run, until aborted; the first run comes after that
 * interval. Resolves when the last run has ended.
 *
 * @param work must not reject.
 */
export async function repeat(work: () => Promise<void>, { everyMs, signal, now }: Repetition): Promise<void> {
  let tookMs = 0;
  while (!signal.aborted) {
    await delay(pauseAfter(tookMs, everyMs), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const startedAt = now();
    await work();
    tookMs = now() - startedAt;
  }
}

/** How long to rest after a run: half the interval at least, so that slow work is not repeated without a pause. */
export function pauseAfter(tookMs: number, everyMs: number): number {
  return Math.max(everyMs - tookMs, everyMs / 2);
}
