import type { Warning } from '../../schemas/verdict.ts';
import { createTextIndex } from './text-index.ts';

/** Finds rows that share their function URL with another row: a sign of a shifted column. */
export type SharedFunctions = Readonly<{
  /** @param place the row's place among all rows. */
  add: (functionHash: number, place: number) => void;
  /** The warning for each row that shares its URL, by its place. */
  warnings: (slugOf: (place: number) => string) => ReadonlyMap<number, Warning>;
}>;

/**
 * @param size how many rows there are.
 * @param hrefOf the function URL of a row that was added, by its place.
 */
export function createSharedFunctions(
  size: number,
  hrefOf: (place: number) => string | undefined,
): SharedFunctions {
  const byUrl = createTextIndex(size, hrefOf);
  const sharersByFirst = new Map<number, number[]>();
  return {
    add: (functionHash, place) => {
      const first = byUrl.claim(functionHash, place);
      if (first === place) return;
      const sharers = sharersByFirst.get(first);
      if (sharers === undefined) sharersByFirst.set(first, [first, place]);
      else sharers.push(place);
    },
    warnings: (slugOf) =>
      new Map([...sharersByFirst.values()].flatMap((sharers) => warningsOf(sharers, slugOf))),
  };
}

function warningsOf(
  sharers: readonly number[],
  slugOf: (place: number) => string,
): readonly (readonly [number, Warning])[] {
  const [first = '', second = ''] = sharers.map(slugOf).toSorted();
  return sharers.map((place) => {
    const other = slugOf(place) === first ? second : first;
    const message = `${sharers.length} rows call the same function URL, ${other} among them.`;
    return [place, { code: 'function_url_shared', column: 'modal_endpoint_url', message, other_slug: other }];
  });
}
