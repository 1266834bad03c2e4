import { shownValue } from './shown-value.ts';
import { type Parsed, parsed, refused } from '../verdict.ts';

/** Modal lets a function run for 24 hours at most (guide, "Timeouts"), so no row may set more. */
const maxTimeoutSeconds = 86_400;

const defaultTimeoutSeconds = 60;

/** Seconds by the action, the last segment of the path, for rows that do not set one (docs/architecture.md, Timeouts). */
const secondsByAction: ReadonlyMap<string, number> = new Map([
  ['lookup', 30],
  ['check', 30],
  ['upsert', 30],
  ['update', 30],
  ['ingest', 60],
  ['get', 60],
  ['process', 60],
  ['infer', 90],
  ['backfill', 1800],
]);

/** The deadline in seconds that the convention gives a path, by its action. */
export function conventionalSeconds(path: string): number {
  const action = path.slice(path.lastIndexOf('/') + 1);
  return secondsByAction.get(action) ?? defaultTimeoutSeconds;
}

/**
 * A row's deadline in seconds: its own `timeout_seconds`, else the convention for the path's action.
 *
 * @param value the column as read; null means "by convention".
 */
export function parseTimeout(value: unknown, path: string): Parsed<number> {
  if (value === null) return parsed(conventionalSeconds(path));
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= maxTimeoutSeconds)) {
    return refused(
      'timeout_invalid',
      'timeout_seconds',
      `timeout_seconds must be a number of seconds above 0 and at most ${maxTimeoutSeconds}, or null for the conventional timeout; it is ${shownValue(value)}.`,
    );
  }
  return parsed(seconds);
}
