/** A workflow that has a limit and calls in flight. */
export type ConcurrencyState = Readonly<{ slug: string; limit: number; inFlight: number; waiting: number }>;

/** Holds the calls of each workflow to its row's `max_concurrency`. */
export type ConcurrencyLimits = Readonly<{
  /**
   * Waits for a place among the workflow's calls, for a short time and with few others.
   *
   * @returns the way to give the place back, to be called once; null where none came free.
   * @throws the signal's reason, where it fires while waiting.
   */
  enter: (
    slug: string,
    limit: number,
    maxWaitMs: number,
    signal: AbortSignal,
  ) => Promise<(() => void) | null>;
  /** Those with calls in flight. */
  states: () => readonly ConcurrencyState[];
}>;

type Line = { limit: number; inFlight: number; readonly waiting: Set<() => void> };

/**
 * Limits by workflow; a workflow without calls takes no memory. As many as may be in flight may wait: a queue smooths a
 * burst, and a longer one would only answer late what it cannot answer.
 */
export function createConcurrencyLimits(): ConcurrencyLimits {
  const lines = new Map<string, Line>();

  const leave = (slug: string, line: Line) => (): void => {
    const [next] = line.inFlight <= line.limit ? line.waiting : [];
    if (next !== undefined) {
      line.waiting.delete(next);
      next();
      return;
    }
    line.inFlight -= 1;
    if (line.inFlight === 0 && line.waiting.size === 0) lines.delete(slug);
  };

  const turn = (line: Line, maxWaitMs: number, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        line.waiting.delete(proceed);
        signal.removeEventListener('abort', abandon);
      };
      const proceed = (): void => {
        settle();
        resolve(true);
      };
      const giveUp = (): void => {
        settle();
        resolve(false);
      };
      const abandon = (): void => {
        settle();
        reject(signal.reason);
      };
      const timer = setTimeout(giveUp, maxWaitMs);
      signal.addEventListener('abort', abandon, { once: true });
      line.waiting.add(proceed);
    });

  return {
    enter: async (slug, limit, maxWaitMs, signal) => {
      signal.throwIfAborted();
      const line = lines.get(slug) ?? { limit, inFlight: 0, waiting: new Set() };
      lines.set(slug, line);
      line.limit = limit;
      if (line.inFlight < limit) {
        line.inFlight += 1;
        return leave(slug, line);
      }
      if (line.waiting.size >= limit) return null;
      return (await turn(line, maxWaitMs, signal)) ? leave(slug, line) : null;
    },
    states: () =>
      [...lines].map(([slug, { limit, inFlight, waiting }]) => ({
        slug,
        limit,
        inFlight,
        waiting: waiting.size,
      })),
  };
}
