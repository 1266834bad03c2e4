import { nearestPaths } from './nearest-paths.ts';
import type { RouteTable } from '../registry/route-table.ts';

/** Gives up to three registered paths of a table that look most like a path that is not in it. */
export type PathHints = (path: string, table: RouteTable) => readonly string[];

/**
 * How long a sorted list of paths is good enough. Sorting 10,000 paths takes 8 ms; once for each snapshot that the first
 * stranger's 404 would put on a change of the registry, and under 50 changes a second on everybody.
 */
const keptMs = 5_000;
/** So few are sorted in no time. */
const smallSize = 256;
const shown = 3;

/**
 * Hints from a list that may be a few seconds old: what is not registered any more is left out, what is new comes later.
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export function createPathHints(now: () => number): PathHints {
  let sorted: readonly string[] = [];
  let sortedAt = Number.NEGATIVE_INFINITY;
  return (path, table) => {
    if (table.size <= smallSize || now() - sortedAt > keptMs) {
      sorted = [...table.paths()].toSorted();
      sortedAt = now();
    }
    return nearestPaths(path, sorted, shown).filter((candidate) => table.match(candidate) !== undefined);
  };
}
