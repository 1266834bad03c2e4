/** Lets a limited number proceed at once, and a limited number wait for a short time; first come, first served. */
export type WaitingLine = Readonly<{
  /**
   * @param maxWaiting how many may wait already.
   * @returns a function that lets the next one proceed, to be called once; null if too many wait, or none finished in time.
   * @throws the signal's reason, if it fires while waiting.
   */
  enter: (signal: AbortSignal, maxWaiting: number) => Promise<(() => void) | null>;
}>;

export type WaitingLineOptions = Readonly<{ atOnce: number; maxWaitMs: number }>;

export function createWaitingLine({ atOnce, maxWaitMs }: WaitingLineOptions): WaitingLine {
  let proceeding = 0;
  const waiting = new Set<() => void>();

  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) proceeding -= 1;
    else next();
  };

  const turn = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        waiting.delete(proceed);
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
      waiting.add(proceed);
    });

  return {
    enter: async (signal, maxWaiting) => {
      signal.throwIfAborted();
      if (proceeding < atOnce) proceeding += 1;
      else if (waiting.size >= maxWaiting || !(await turn(signal))) return null;
      return leave;
    },
  };
}
