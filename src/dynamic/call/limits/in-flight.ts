/** The limit on all calls in flight: without it, memory or file descriptors would run out first. */
export type InFlight = Readonly<{
  /** Counts one call; false if the limit is reached. */
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
