import type { Warning } from '../schemas/verdict.ts';

/** Finds the rows whose function URL another one has too: the trace that a shifted column leaves. */
export type SharedFunctions = Readonly<{
  /** @param index the row's place among all rows. */
  add: (href: string, index: number) => void;
  /** The warning for each row that shares, by its index. */
  warnings: (slugOf: (index: number) => string) => ReadonlyMap<number, Warning>;
}>;

export function createSharedFunctions(): SharedFunctions {
  const firstByUrl = new Map<string, number>();
  const sharersByUrl = new Map<string, number[]>();
  return {
    add: (href, index) => {
      const first = firstByUrl.get(href);
      if (first === undefined) {
        firstByUrl.set(href, index);
        return;
      }
      const sharers = sharersByUrl.get(href);
      if (sharers === undefined) sharersByUrl.set(href, [first, index]);
      else sharers.push(index);
    },
    warnings: (slugOf) =>
      new Map([...sharersByUrl.values()].flatMap((sharers) => warningsOf(sharers, slugOf))),
  };
}

function warningsOf(
  sharers: readonly number[],
  slugOf: (index: number) => string,
): readonly (readonly [number, Warning])[] {
  const [first = '', second = ''] = sharers.map(slugOf).toSorted();
  return sharers.map((index) => {
    const other = slugOf(index) === first ? second : first;
    const message = `${sharers.length} rows call the same function URL, ${other} among them.`;
    return [index, { code: 'function_url_shared', column: 'modal_endpoint_url', message, other_slug: other }];
  });
}
