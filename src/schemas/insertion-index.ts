/** The index of the first item whose text is not less than the given one, in a list sorted by that text in code-unit order. */
export function insertionIndex<Item>(
  sorted: readonly Item[],
  text: string,
  textOf: (item: Item) => string,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const item = sorted[middle];
    if (item !== undefined && textOf(item) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
