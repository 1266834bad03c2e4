import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs some work every `everyMs`, counted from the end of the last run, until aborted; the first run comes after that
 * interval. Resolves when the last run has ended.
 *
 * @param work must not reject.
 */
export async function repeat(work: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await work();
  }
}
