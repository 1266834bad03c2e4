import type { Warning } from '../../schemas/verdict.ts';
import { createShardedMap } from './sharded-map.ts';

/** Finds the rows whose function URL another row has too: the trace that a shifted column leaves. */
export type SharedFunctions = Readonly<{
  /** @param index of the row among all rows. */
  add: (functionUrl: string, index: number) => void;
  /** The warning for each row that shares its function URL, by the index of the row. */
  warnings: (slugOf: (index: number) => string) => ReadonlyMap<number, Warning>;
}>;

/** Collects rows, one `add` each, in any order. */
export function createSharedFunctions(): SharedFunctions {
  const firstByUrl = createShardedMap<number>();
  const sharersByFirst = new Map<number, number[]>();
  return {
    add: (functionUrl, index) => {
      const first = firstByUrl.get(functionUrl);
      if (first === undefined) {
        firstByUrl.set(functionUrl, index);
        return;
      }
      const sharers = sharersByFirst.get(first);
      if (sharers === undefined) sharersByFirst.set(first, [first, index]);
      else sharers.push(index);
    },
    warnings: (slugOf) =>
      new Map([...sharersByFirst.values()].flatMap((sharers) => warningsOf(sharers, slugOf))),
  };
}

function warningsOf(
  sharers: readonly number[],
  slugOf: (index: number) => string,
): readonly (readonly [number, Warning])[] {
  const [first = '', second = ''] = sharers.map(slugOf).toSorted();
  return sharers.map((index) => {
    const other = slugOf(index) === first ? second : first;
    const message = `${sharers.length} rows call the same function URL, including ${other}.`;
    return [index, { code: 'function_url_shared', column: 'modal_endpoint_url', message, other_slug: other }];
  });
}
