import type { Contract } from './compiled-contract.ts';
import { BudgetExceeded, evaluateWithin } from './evaluation/evaluation-budget.ts';

/**
 * Larger bodies and responses are validated in a worker thread. Of twelve hostile bodies of 128 KiB (lists of wrong objects,
 * unknown members, brackets, 200 alternatives), the slowest took 18 ms of CPU time in a warm process, since both evaluation
 * and the search for failures count their steps; a valid body of this size takes 1 to 2 ms, and 10 MiB took seconds.
 */
export const maxLoopBytes = 100 * 1024;

/**
 * How long a validation may hold the event loop; with reading the JSON before it, that stays below 20 ms. The budget of
 * steps alone took 15 to 65 ms for the first body of a costly contract in a process.
 */
const maxLoopMs = 10;

/**
 * Validates a body on the event loop if that takes at most 20 ms.
 *
 * @returns null if the contract or the body is too large for that, or the budget ran out.
 */
export function onLoop<Body extends Uint8Array | null, Rest extends readonly unknown[], T>(
  judge: (contract: Contract, body: Body, ...rest: Rest) => T,
  contract: Contract | 'large',
  body: Body,
  ...rest: Rest
): T | null {
  if (contract === 'large' || (body !== null && body.byteLength > maxLoopBytes)) return null;
  try {
    return evaluateWithin(maxLoopMs, () => judge(contract, body, ...rest));
  } catch (error) {
    if (error instanceof BudgetExceeded) return null;
    throw error;
  }
}
