import type { Affords } from '../../../json-schema/patterns/compiled-pattern.ts';

/** Evaluating a value would cost more than its size allows. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
}

/** @throws BudgetExceeded when less than that is left. */
export type Spend = ((cost: number) => void) &
  Readonly<{
    /** Takes steps for a pattern from a separate allowance; false if it has too few left, and then the text passes unmatched. */
    affords: Affords;
  }>;

/** Bounds the work of evaluating a value, so that no value can block the event loop, whatever its contract. */
export type EvaluationBudget = Readonly<{ spend: Spend; refill: (budget: number) => void }>;

/**
 * The steps between two looks at the clock: about 0.05 ms, and at most 1.3 ms until V8 has compiled the contract. A body that takes
 * fewer is never cut off by a busy machine.
 */
const stepsPerLook = 2_000;

/** When evaluation must stop (`performance.now()`). A thread evaluates one value at a time. */
let stopsAt = Number.POSITIVE_INFINITY;

/**
 * Evaluates values within a time, as well as within their budgets: in a cold process, a step takes thirty times as long.
 *
 * @throws BudgetExceeded
 */
export function evaluateWithin<T>(ms: number, evaluate: () => T): T {
  stopsAt = performance.now() + ms;
  try {
    return evaluate();
  } finally {
    stopsAt = Number.POSITIVE_INFINITY;
  }
}

export function createEvaluationBudget(): EvaluationBudget {
  let left = 0;
  let patternSteps = 0;
  let untilLook = 0;
  const look = (): void => {
    untilLook = stepsPerLook;
    if (left < 0 || performance.now() > stopsAt) {
      throw new BudgetExceeded('Evaluating the value would exceed its budget.');
    }
  };
  const affords: Affords = (steps) => {
    if (steps > patternSteps) return false;
    patternSteps -= steps;
    untilLook -= steps;
    if (untilLook < 0) look();
    return true;
  };
  return {
    spend: Object.assign(
      (cost: number) => {
        left -= cost;
        untilLook -= cost;
        if (left < 0 || untilLook < 0) look();
      },
      { affords },
    ),
    refill: (budget) => {
      left = budget;
      patternSteps = budget / 2;
      untilLook = stepsPerLook;
    },
  };
}

/** The cost of an alternative or a reference: it takes about as long as looking up ten members, at 1 each. */
export const schemaCost = 10;

/** The cost of a member that is looked at by itself, whether or not a schema applies to it: a body of 90 KB may have 15,000. */
export const memberCost = 2;

/** Returns the budget for a value of this size in bytes. */
export type BudgetFor = (bytes: number) => number;

/**
 * The budget in a worker thread: about half a second for every 64 KiB at worst. `[1,1,…]` against three alternatives, the
 * most expensive of reasonable contracts, costs 15 a byte.
 */
export function budgetFor(bytes: number): number {
  return 5_000_000 + 20 * bytes;
}

/**
 * The budget on the event loop, for bodies of up to 100 KiB (loop-share.ts): 2 ms once V8 has compiled the contract. Reasonable
 * contracts take less; a body that takes more is validated again in a worker thread.
 */
export function loopBudgetFor(_bytes: number): number {
  return 100_000;
}
