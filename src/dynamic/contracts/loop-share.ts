import { createSharedTurn } from '../../live/shared-turn.ts';
import type { Contract } from './compiled-contract.ts';
import { BudgetExceeded, evaluateWithin } from './evaluation/evaluation-budget.ts';
import { isCostlyToParse } from './parse-cost.ts';

/**
 * Larger bodies and responses are validated in a worker thread. Of twelve hostile bodies of 128 KiB (lists of wrong objects,
 * unknown members, brackets, 200 alternatives), the slowest took 18 ms of CPU time in a warm process, since both evaluation
 * and the search for failures count their steps; a valid body of this size takes 1 to 2 ms, and 10 MiB took seconds.
 */
export const maxLoopBytes = 100 * 1024;

/** Larger ones take the shared turn first, and are not parsed there if that takes long (parse-cost.ts). */
const maxPromptBytes = 4 * 1024;

/**
 * How long reading and validating a body may hold the event loop, which has more to do in that turn: the budget of steps alone took 15 to
 * 65 ms for the first body of a costly contract in a process. Large bodies have less, since nothing looks at the clock while they are
 * parsed, and the garbage of that is collected in the same turn.
 */
const maxLoopMs = 10;
const maxLoopMsIfLarge = 6;

/** A validation that takes longer leaves its turn of the event loop to others: those that follow wait for a turn of their own. */
const longMs = 0.5;

/** Apart from the turn of Rowgate's own routes, so that nobody who asks for those makes calls wait. */
const turn = createSharedTurn();

/** Resolves when a contract may be compiled: nothing else is, and nothing is validated, in that turn of the event loop. */
export const turnToCompile = (): Promise<void> => turn.take();

type Validate<Body extends Uint8Array | null, Rest extends readonly unknown[], T> = (
  contract: Contract,
  body: Body,
  ...rest: Rest
) => T;

/** Whether a body may be validated at once; if not, it must wait for the shared turn. */
export function isPrompt(body: Uint8Array | null): boolean {
  return (body === null || body.byteLength <= maxPromptBytes) && turn.hasTime();
}

/**
 * Validates a body on the event loop if that takes at most 20 ms.
 *
 * @returns null if the contract or the body is too large for that, or the budget ran out.
 */
export function onLoop<Body extends Uint8Array | null, Rest extends readonly unknown[], T>(
  validate: Validate<Body, Rest, T>,
  contract: Contract | 'large',
  body: Body,
  ...rest: Rest
): T | null {
  if (contract === 'large') return null;
  const isLarge = body !== null && body.byteLength > maxPromptBytes;
  if (isLarge && (body.byteLength > maxLoopBytes || isCostlyToParse(body))) return null;
  const startedAt = performance.now();
  try {
    return evaluateWithin(isLarge ? maxLoopMsIfLarge : maxLoopMs, () => validate(contract, body, ...rest));
  } catch (error) {
    if (error instanceof BudgetExceeded) return null;
    throw error;
  } finally {
    if (performance.now() - startedAt > longMs) turn.claim();
  }
}

/** The same in the shared turn: when 20 bodies arrive at the same moment, only one of them is validated in each turn. */
export async function onLoopInTurn<Body extends Uint8Array | null, Rest extends readonly unknown[], T>(
  validate: Validate<Body, Rest, T>,
  contract: Contract | 'large',
  body: Body,
  ...rest: Rest
): Promise<T | null> {
  if (!turn.hasTime()) await turn.take();
  return onLoop(validate, contract, body, ...rest);
}
