import { distance } from 'fastest-levenshtein';

/**
 * How many neighbours in alphabetical order are compared, to each side, more where the other has fewer. It bounds what a stranger's 404 costs
 * whatever the size of the registry, and takes in the whole of a registry of 256 rows.
 */
const neighbours = 128;
const comparedLength = 200;

/**
 * The registered paths most like a path that is not registered, by edit distance (Levenshtein), the best first.
 * Paths with nothing in common are left out: a wrong hint is worse than none.
 *
 * @param sorted all registered paths in code-unit order.
 */
export function nearestPaths(path: string, sorted: readonly string[], limit: number): readonly string[] {
  const wanted = path.slice(0, comparedLength);
  const at = insertionIndex(sorted, wanted);
  const from = Math.max(0, Math.min(at - neighbours, sorted.length - 2 * neighbours));
  return sorted
    .slice(from, from + 2 * neighbours)
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(candidate.length, wanted.length) / 2)
    .toSorted((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

function insertionIndex(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
