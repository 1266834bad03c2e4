/** Bounds what retries add to the load of a function that is in trouble. */
export type RetryBudget = Readonly<{
  /** One call of the function began. */
  called: (functionHost: string) => void;
  /** Takes one retry out of the budget, where there is one left. */
  take: (functionHost: string) => boolean;
}>;

const bucketMs = 1_000;
const buckets = 10;
/** One retry for ten calls. */
const share = 0.1;
/** So that a lone call has its two retries. */
const floor = 2;
/** Calls and retries of one function in each of the last seconds; `second` tells which one a place is for. */
type Window = Readonly<{ second: Float64Array; calls: Uint32Array; retries: Uint32Array }>;

/**
 * A budget for each function over a sliding window of 10 s: retries are at most a tenth of the calls in it, and two where
 * these are few. So an outage brings a function 10 % more calls, and not three times as many.
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export function createRetryBudget(now: () => number): RetryBudget {
  const windows = new Map<string, Window>();
  let sweptAt = now();

  /** Functions that were not called for as long as a window are forgotten. */
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
