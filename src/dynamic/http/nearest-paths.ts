import { distance } from 'fastest-levenshtein';
import { insertionIndex } from '../../schemas/insertion-index.ts';

/**
 * How many alphabetical neighbours are compared on each side, and more if the other side has fewer. It bounds the cost of a
 * 404 whatever the size of the registry, and covers a registry of 256 rows completely.
 */
const neighbours = 128;
const comparedLength = 200;

/**
 * Returns the registered paths most similar to a path that is not registered, by edit distance (Levenshtein), best first.
 * Paths with too little in common are left out: a wrong hint is worse than none.
 *
 * @param sorted all registered paths in code-unit order.
 * @param mayShow called for compared paths only.
 */
export function nearestPaths(
  path: string,
  sorted: readonly string[],
  limit: number,
  mayShow: (path: string) => boolean = () => true,
): readonly string[] {
  const wanted = path.slice(0, comparedLength);
  const at = insertionIndex(sorted, wanted, (registered) => registered);
  const from = Math.max(0, Math.min(at - neighbours, sorted.length - 2 * neighbours));
  return sorted
    .slice(from, from + 2 * neighbours)
    .filter((candidate) => isComparable(candidate.length, wanted.length) && mayShow(candidate))
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(candidate.length, wanted.length) / 2)
    .toSorted((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Lengths that differ by more than half the longer one leave too little in common: that many letters are edits. */
function isComparable(length: number, other: number): boolean {
  return length <= 2 * comparedLength && Math.abs(length - other) <= Math.max(length, other) / 2;
}
