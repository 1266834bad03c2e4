/** A value would take more steps to be judged than its size allows. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

/** Counts work down, so that no value can hold up the event loop, whatever its contract says. */
export type Steps = Readonly<{
  /** @throws TooManySteps when there are fewer left. */
  spend: (count: number) => void;
  refill: (count: number) => void;
}>;

export function createSteps(): Steps {
  let left = 0;
  return {
    spend: (count) => {
      left -= count;
      if (left < 0) throw new TooManySteps('The value takes too many steps to be judged.');
    },
    refill: (count) => {
      left = count;
    },
  };
}

/** An alternative or a reference takes about as long as ten members that are looked for. */
export const stepsOfSchema = 10;

/**
 * What a value of this size may take, half a second or so of every 64 KiB at the worst. `[1,1,…]` against three alternatives, the
 * most that sane contracts come to, takes 15 a byte.
 */
export function stepsFor(bytes: number): number {
  return 5_000_000 + 20 * bytes;
}
