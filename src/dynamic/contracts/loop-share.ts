import type { Contract } from './compiled-contract.ts';
import { BudgetExceeded } from './evaluation/evaluation-budget.ts';

/**
 * Larger bodies and responses are validated in a worker thread. Of 128 KiB, the slowest of twelve hostile bodies (lists of wrong objects,
 * unknown members, brackets, 200 alternatives) took 18 ms of the processor in a process that was warm, since both evaluation and the
 * search for failures count their steps; a valid body of this size takes 1 to 2 ms, and 10 MiB took seconds.
 */
export const maxLoopBytes = 100 * 1024;

/**
 * Validates on the event loop what takes at most 20 ms there.
 *
 * @returns null where the body is too large for that, or the budget ran out.
 */
export function onLoop<Body extends Uint8Array | null, Rest extends readonly unknown[], T>(
  judge: (contract: Contract, body: Body, ...rest: Rest) => T,
  contract: Contract,
  body: Body,
  ...rest: Rest
): T | null {
  if (body !== null && body.byteLength > maxLoopBytes) return null;
  try {
    return judge(contract, body, ...rest);
  } catch (error) {
    if (error instanceof BudgetExceeded) return null;
    throw error;
  }
}
