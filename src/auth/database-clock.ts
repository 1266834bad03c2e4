/** The database's clock, by which keys expire and quotas begin again: replicas agree on it, whatever their own clocks say. */
export type DatabaseClock = Readonly<{
  /** Milliseconds since 1970 at a moment of the monotonic clock; never NaN. */
  timeAt: (nowMs: number) => number;
  /** Sets it to what the database returned to a query that was sent at `sentAtMs` of the monotonic clock. */
  set: (databaseMs: number, sentAtMs: number) => void;
}>;

/** The last moment that a Date can hold; a month later than that has no end. */
const latestMs = 8.64e15;

/**
 * Creates the clock: an offset from the monotonic clock, so that a step of the machine's clock changes nothing. A reply is
 * taken to be as old as its query, so the clock may be ahead by one round trip: a key never outlives its end.
 *
 * @param wallMs what the machine's clock shows at `nowMs`, which is all there is until the database has been asked.
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
