import { nearestPaths } from './nearest-paths.ts';
import type { RouteTable } from '../registry/route-table.ts';

/** Returns up to three paths of a table that are most similar to a path that is not in it. */
export type PathHints = (path: string, table: RouteTable) => readonly string[];

/**
 * How long a sorted list of paths is used. Sorting 10,000 paths takes 8 ms: once a snapshot, that would slow down the
 * first 404 after each change, and at 50 changes a second every request.
 */
const keptMs = 5_000;
/** Up to so many paths are sorted anew each time, which takes no noticeable time. */
const smallSize = 256;
const maxHints = 3;

/**
 * Takes hints from a list that may be a few seconds old: paths that are no longer registered are left out, and new ones
 * appear a little later.
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
    return nearestPaths(path, sorted, maxHints).filter((candidate) => table.match(candidate) !== undefined);
  };
}
