/** The number of items in a simulated array, and so the value of its counts. */
export const ITEM_COUNT = 2;

const NUMBERS: readonly (readonly [RegExp, number])[] = [
  [/cost/, 0.0021],
  [/input_?tokens/i, 812],
  [/output_?tokens/i, 96],
  [/tokens/i, 908],
  [/seconds$/, 12.5],
  [/confidence|score|weight/, 0.9],
  [/(?:^|_)id$/, 4821],
  [/error|skipped|remaining|missing|failed/, 0],
  [/limit|batch_size/, 100],
];

/** A plausible number for the member's name; counts agree with the length of simulated arrays. */
export function plausibleNumber(name: string): number {
  return NUMBERS.find(([pattern]) => pattern.test(name))?.[1] ?? ITEM_COUNT;
}
