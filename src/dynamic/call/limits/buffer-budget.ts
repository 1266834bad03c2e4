/** What all held bodies take together, so that many of them cannot take the process down. */
export type BufferBudget = Readonly<{
  /** Takes so many bytes out of the budget, or none at all where they are not left. */
  take: (bytes: number) => boolean;
  giveBack: (bytes: number) => void;
  held: () => number;
}>;

export function createBufferBudget(maxBytes: number): BufferBudget {
  let held = 0;
  return {
    take: (bytes) => {
      if (held + bytes > maxBytes) return false;
      held += bytes;
      return true;
    },
    giveBack: (bytes) => {
      held -= bytes;
    },
    held: () => held,
  };
}
