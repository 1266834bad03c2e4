import { shownValue } from './shown-value.ts';
import { type Parsed, parsed, refused } from '../verdict.ts';

/** A limit above the calls that one process can have in flight (MAX_IN_FLIGHT) has no effect. */
const highest = 100_000;

/**
 * How many calls of a row may be in flight at once, in each process; null means no limit.
 *
 * @param value the column as read.
 */
export function parseMaxConcurrency(value: unknown): Parsed<number | null> {
  if (value === null) return parsed(null);
  const count = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= highest) {
    return parsed(count);
  }
  return refused(
    'max_concurrency_invalid',
    'max_concurrency',
    `max_concurrency must be a whole number from 1 to ${highest}, or null for no limit; it is ${shownValue(value)}.`,
  );
}
