/** Bounds the load that retries add to a failing function. */
export type RetryBudget = Readonly<{
  /** A call of the function began. */
  called: (functionHost: string) => void;
  /** Takes one retry from the budget; false if none is left. */
  take: (functionHost: string) => boolean;
}>;

const bucketMs = 1_000;
const buckets = 10;
/** One retry per ten calls. */
const share = 0.1;
/** A single call may have both its retries. */
const floor = 2;
/** Calls and retries of one function by second; `second` is the second that each place counts. */
type Window = Readonly<{ second: Float64Array; calls: Uint32Array; retries: Uint32Array }>;

/**
 * One budget per function over a sliding window of 10 s: retries are at most a tenth of the calls in it, or two if there are few
 * calls. So an outage costs a function 10 % more calls rather than three times as many.
 *
 * @param now monotonic time in milliseconds.
 */
export function createRetryBudget(now: () => number): RetryBudget {
  const windows = new Map<string, Window>();
  let sweptAt = now();

  /** Forgets functions that were not called within the window. */
  const sweep = (): void => {
    if (now() - sweptAt < buckets * bucketMs) return;
    sweptAt = now();
    const oldest = Math.floor(sweptAt / bucketMs) + 1 - buckets;
    for (const [host, { second }] of windows) if (second.every((at) => at <= oldest)) windows.delete(host);
  };

  const windowOf = (host: string): Window => {
    const known = windows.get(host);
    if (known !== undefined) return known;
    sweep();
    const made = {
      second: new Float64Array(buckets),
      calls: new Uint32Array(buckets),
      retries: new Uint32Array(buckets),
    };
    windows.set(host, made);
    return made;
  };

  const count = (counts: Uint32Array, { second, calls, retries }: Window): void => {
    const current = Math.floor(now() / bucketMs) + 1;
    const place = current % buckets;
    if (second[place] !== current) {
      second[place] = current;
      calls[place] = 0;
      retries[place] = 0;
    }
    counts[place] = (counts[place] ?? 0) + 1;
  };

  return {
    called: (host) => {
      const window = windowOf(host);
      count(window.calls, window);
    },
    take: (host) => {
      const window = windowOf(host);
      const allowed = Math.max(floor, Math.floor(share * inWindow(window.calls, window, now())));
      if (inWindow(window.retries, window, now()) >= allowed) return false;
      count(window.retries, window);
      return true;
    },
  };
}

function inWindow(counts: Uint32Array, { second }: Window, now: number): number {
  const oldest = Math.floor(now / bucketMs) + 1 - buckets;
  return counts.reduce((sum, value, place) => ((second[place] ?? 0) > oldest ? sum + value : sum), 0);
}
