export type Backoff = Readonly<{ baseMs: number; maxMs: number }>;

/** 2^31: more doublings only overflow. */
const maxDoublings = 31;

/**
 * How many milliseconds to wait before trying again: any number from 0 to below min(maxMs, baseMs · 2^attempt).
 *
 * "Full jitter" of the AWS Architecture Blog, Exponential Backoff And Jitter (2015): of the variants measured there it
 * costs a recovering server the fewest calls, since replicas that failed together do not come back together.
 *
 * @param attempt how many tries failed in a row before this one: 0 for the first.
 * @param random gives numbers from 0 to below 1.
 */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff, random: () => number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, maxDoublings));
}
