/** The cap on all calls at once: beyond it, memory and descriptors would be what gives way. */
export type InFlight = Readonly<{
  /** Counts one call in, unless the cap is reached. */
  enter: () => boolean;
  leave: () => void;
  count: () => number;
}>;

export function createInFlight(max: number): InFlight {
  let count = 0;
  return {
    enter: () => {
      if (count >= max) return false;
      count += 1;
      return true;
    },
    leave: () => {
      count -= 1;
    },
    count: () => count,
  };
}
