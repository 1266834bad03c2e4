/** Bounds the memory of all buffered bodies together, so that many of them cannot take the process down. */
export type BufferBudget = Readonly<{
  /** Takes bytes from the budget; false, taking none, if fewer are left. */
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

/** Returns a share of a budget for one purpose: however much that takes, the rest is left for the others. */
export function shareOf(budget: BufferBudget, maxBytes: number): BufferBudget {
  const share = createBufferBudget(maxBytes);
  return {
    take: (bytes) => {
      if (!share.take(bytes)) return false;
      if (budget.take(bytes)) return true;
      share.giveBack(bytes);
      return false;
    },
    giveBack: (bytes) => {
      share.giveBack(bytes);
      budget.giveBack(bytes);
    },
    held: share.held,
  };
}
