/** A turn of the event loop, for one of those who want it at a time; first come, first served. */
export type SharedTurn = Readonly<{
  /** Resolves when the caller has the turn: at once, if nobody has had it in this turn of the event loop. */
  take: () => Promise<void>;
  /** Whether there is time for a short piece of work: nobody waits, or has had the turn for more than two milliseconds. */
  hasTime: () => boolean;
  /** Takes the turn without asking, for work that took longer than expected. */
  claim: () => void;
}>;

/** How long work may keep requests waiting before it yields to them. */
export const turnMs = 2;

/**
 * Creates a turn to share. Work that cannot be interrupted and takes milliseconds is done in one: what arrives on many connections at
 * the same moment is otherwise done in a single turn of the event loop, in which everybody else waits.
 */
export function createSharedTurn(): SharedTurn {
  /** Since when the turn is taken (`performance.now()`). */
  let takenAt: number | null = null;
  const waiting: (() => void)[] = [];

  const pass = (): void => {
    const next = waiting.shift();
    takenAt = next === undefined ? null : performance.now();
    if (next === undefined) return;
    next();
    setImmediate(pass);
  };
  const claim = (): void => {
    if (takenAt !== null) return;
    takenAt = performance.now();
    setImmediate(pass);
  };

  return {
    take: () => {
      if (takenAt !== null) return new Promise((resolve) => waiting.push(resolve));
      claim();
      return Promise.resolve();
    },
    hasTime: () => takenAt === null || (waiting.length === 0 && performance.now() - takenAt < turnMs),
    claim,
  };
}
