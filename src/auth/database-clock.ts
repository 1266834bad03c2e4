/** The database's clock, by which keys expire and quotas reset: replicas agree on it even if their own clocks differ. */
export type DatabaseClock = Readonly<{
  /** Milliseconds since 1970 at a moment of the monotonic clock; never NaN. */
  timeAt: (nowMs: number) => number;
  /** Sets the clock to a time that the database returned; its query was sent at `sentAtMs` of the monotonic clock. */
  set: (databaseMs: number, sentAtMs: number) => void;
}>;

/** The latest time that a Date can represent; a later month would have no end. */
const latestMs = 8.64e15;

/**
 * Creates the clock as an offset from the monotonic clock, so that changes to the machine's clock do not affect it. A result
 * is taken to be as old as its query, so the clock may be ahead by one round trip: a key never outlives its expiry.
 *
 * @param wallMs the machine's time at `nowMs`, which is used until the database has returned its own.
 */
export function createDatabaseClock(wallMs: number, nowMs: number): DatabaseClock {
  let offsetMs = wallMs - nowMs;
  return {
    timeAt: (atMs) => atMs + offsetMs,
    set: (databaseMs, sentAtMs) => {
      if (Math.abs(databaseMs) < latestMs) offsetMs = databaseMs - sentAtMs;
    },
  };
}
