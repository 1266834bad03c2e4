/** Evaluating a value would cost more than its size allows. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
}

/** @throws BudgetExceeded when less than that is left. */
export type Spend = (cost: number) => void;

/** Bounds the work of evaluating a value, so that none can block the event loop, whatever its contract says. */
export type EvaluationBudget = Readonly<{ spend: Spend; refill: (budget: number) => void }>;

export function createEvaluationBudget(): EvaluationBudget {
  let left = 0;
  return {
    spend: (cost) => {
      left -= cost;
      if (left < 0) throw new BudgetExceeded('Evaluating the value would exceed its budget.');
    },
    refill: (budget) => {
      left = budget;
    },
  };
}

/** The cost of an alternative or a reference: it takes about as long as looking up ten members, at 1 each. */
export const schemaCost = 10;

/** What a value of this size, in bytes, may cost. */
export type BudgetFor = (bytes: number) => number;

/**
 * The budget in a worker thread: about half a second for every 64 KiB at worst. `[1,1,…]` against three alternatives,
 * the most that reasonable contracts come to, costs 15 a byte.
 */
export function budgetFor(bytes: number): number {
  return 5_000_000 + 20 * bytes;
}

/**
 * The budget on the event loop, for bodies of up to 32 KiB (loop-share.ts): about 10 ms. Sane contracts take less; what takes
 * more is begun again in a worker thread.
 */
export function loopBudgetFor(_bytes: number): number {
  return 400_000;
}
