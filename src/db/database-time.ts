import { sql } from 'kysely';

// Raw `sql`: the builder has no functions of the clock.

/** The database's clock, by which leases and keys expire; constant within a transaction. */
export const now = sql<Date>`now()`;

/** The time this many seconds from now, or ago if negative, by the database's clock; null for null. */
export function inSeconds(seconds: number): ReturnType<typeof sql<Date>>;
export function inSeconds(seconds: number | null): ReturnType<typeof sql<Date | null>>;
export function inSeconds(seconds: number | null) {
  return sql<Date | null>`now() + make_interval(secs => ${seconds})`;
}
