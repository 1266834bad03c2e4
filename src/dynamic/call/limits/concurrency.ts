/** A workflow that has a limit and calls in flight. */
export type ConcurrencyState = Readonly<{ slug: string; limit: number; inFlight: number; waiting: number }>;

/** Limits the concurrent calls of each workflow to its row's `max_concurrency`. */
export type ConcurrencyLimits = Readonly<{
  /**
   * Acquires one of the workflow's slots; waits for one briefly, in a short queue.
   *
   * @returns a function that releases the slot, to be called once; null if none became free.
   * @throws the signal's reason if it fires while waiting.
   */
  acquire: (
    slug: string,
    limit: number,
    maxWaitMs: number,
    waiter: SlotWaiter,
  ) => Promise<(() => void) | null>;
  /** The limited workflows with calls in flight. */
  states: () => readonly ConcurrencyState[];
}>;

/** A call that may wait for a slot. Its signal is read only if it has to wait. */
export type SlotWaiter = Readonly<{ signal: AbortSignal; throwIfInterrupted: () => void }>;

type Queue = { limit: number; inFlight: number; readonly waiting: Set<() => void> };

/**
 * Creates limits by workflow; a workflow without calls takes no memory. As many calls may wait as may be in flight: a queue
 * smooths bursts, and a longer one would only delay the refusal of calls that it cannot serve.
 */
export function createConcurrencyLimits(): ConcurrencyLimits {
  const queues = new Map<string, Queue>();

  const release = (slug: string, queue: Queue) => (): void => {
    const [next] = queue.inFlight <= queue.limit ? queue.waiting : [];
    if (next !== undefined) {
      queue.waiting.delete(next);
      next();
      return;
    }
    queue.inFlight -= 1;
    if (queue.inFlight === 0 && queue.waiting.size === 0) queues.delete(slug);
  };

  const turn = (queue: Queue, maxWaitMs: number, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        queue.waiting.delete(proceed);
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
      queue.waiting.add(proceed);
    });

  return {
    acquire: async (slug, limit, maxWaitMs, waiter) => {
      waiter.throwIfInterrupted();
      const queue = queues.get(slug) ?? { limit, inFlight: 0, waiting: new Set() };
      queues.set(slug, queue);
      queue.limit = limit;
      if (queue.inFlight < limit) {
        queue.inFlight += 1;
        return release(slug, queue);
      }
      if (queue.waiting.size >= limit) return null;
      return (await turn(queue, maxWaitMs, waiter.signal)) ? release(slug, queue) : null;
    },
    states: () =>
      [...queues].map(([slug, { limit, inFlight, waiting }]) => ({
        slug,
        limit,
        inFlight,
        waiting: waiting.size,
      })),
  };
}
