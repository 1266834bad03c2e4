import { inSharedTurns } from '../../live/cooperative-task.ts';
import type { RouteTable } from '../registry/route-table.ts';
import { nearestPaths } from './nearest-paths.ts';
import { sortedInSteps } from './sorted-texts.ts';

/** Returns up to three paths of a table that are most similar to a path that is not in it and that may be shown. */
export type PathHints = (
  path: string,
  table: RouteTable,
  mayShow: (path: string) => boolean,
) => readonly string[] | Promise<readonly string[]>;

/** How long a sorted list of paths is used: at 50 changes a second, sorting one per snapshot would slow down all requests. */
const keptMs = 5_000;
/** Up to this many paths are sorted each time, which takes negligible time. */
const smallSize = 256;
const maxHints = 3;
/**
 * A search takes 0.26 ms in a registry of 20,000 rows (docs/security.md), so these take a twentieth of a CPU core. Beyond
 * them, 404s have no hints: a flood of unknown paths took a whole core, and `/healthz` had to wait.
 */
const searchesPerSecond = 200;

/**
 * Creates hints from a list that may be a few seconds old: paths that are no longer registered are left out, and new ones
 * appear a little later. A large one is sorted in turns (20,000 paths take 10 ms), once for all requests that wait for it. No
 * more than 200 paths a second get hints.
 *
 * @param now monotonic time in milliseconds.
 */
export function createPathHints(now: () => number): PathHints {
  let sorted: Promise<readonly string[]> | undefined;
  let sortedAt = Number.NEGATIVE_INFINITY;
  let secondEndsAt = Number.NEGATIVE_INFINITY;
  let searchesLeft = 0;
  const maySearch = (): boolean => {
    if (now() >= secondEndsAt) {
      secondEndsAt = now() + 1_000;
      searchesLeft = searchesPerSecond;
    }
    searchesLeft -= 1;
    return searchesLeft >= 0;
  };
  const sortedPathsOf = (table: RouteTable): Promise<readonly string[]> => {
    if (sorted === undefined || now() - sortedAt > keptMs) {
      sorted = inSharedTurns(sortedInSteps(table.paths()), now);
      sortedAt = now();
    }
    return sorted;
  };
  return (path, table, mayShow) => {
    if (!maySearch()) return [];
    const nearestOf = (paths: readonly string[]): readonly string[] =>
      nearestPaths(path, paths, maxHints, (each) => mayShow(each) && table.match(each) !== undefined);
    return table.size <= smallSize
      ? nearestOf([...table.paths()].toSorted())
      : sortedPathsOf(table).then(nearestOf);
  };
}
