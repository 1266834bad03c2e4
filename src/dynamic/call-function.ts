import { setTimeout as delay } from 'node:timers/promises';
import { type Attempt, attemptOf } from './attempt.ts';
import type { Breakers } from './breakers.ts';
import type { Deadline } from './deadline.ts';
import { retryWaitMs } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Upstream, UpstreamCall } from './upstream.ts';
import { failureOfFault, onceStarted } from './upstream-fault.ts';

export type CallFunctionOptions = Readonly<{
  upstream: Upstream;
  breakers: Breakers;
  retryBudget: RetryBudget;
  /** From 0 up to 1. */
  random: () => number;
}>;

/** How a call ended, after how many tries; 0 where the function was not called at all. */
export type CallEnd = Readonly<{ attempt: Attempt; attempts: number }>;

/**
 * Calls a function, and once or twice more where that is safe, may help, and is within the deadline and the budget.
 *
 * @throws the caller's reason to go; RequestBodyError; what is a bug of ours.
 */
export async function callFunction(
  { upstream, breakers, retryBudget, random }: CallFunctionOptions,
  call: UpstreamCall,
  deadline: Deadline,
): Promise<CallEnd> {
  const { host } = call.route.functionUrl;
  const { idempotent, timeoutSeconds } = call.route;
  let attempts = 0;
  const attemptOnce = async (): Promise<Attempt> => {
    attempts += 1;
    try {
      const answer = await upstream.attempt(call, deadline.signal);
      const attempt = attemptOf(answer);
      if (attempt.kind === 'answered') return attempt;
      await answer.body.rest?.return?.();
      return answer.isResult ? onceStarted(attempt) : attempt;
    } catch (error) {
      if (deadline.callerGone.aborted) throw error;
      const failure = failureOfFault(error, timeoutSeconds);
      if (failure === null) throw error;
      return failure;
    }
  };
  const retries = async (): Promise<Attempt> => {
    retryBudget.called(host);
    for (;;) {
      const attempt = await breakers.guard(host, attemptOnce);
      if (attempt.kind === 'answered') return attempt;
      const { isRepeatable } = call.body;
      const leftMs = deadline.leftMs();
      const waitMs = retryWaitMs({
        failure: attempt,
        attempts,
        idempotent,
        isRepeatable,
        leftMs,
        random: random(),
      });
      if (waitMs === null || !retryBudget.take(host)) return attempt;
      await delay(waitMs, undefined, { signal: deadline.signal });
    }
  };
  try {
    return { attempt: await deadline.within(retries), attempts };
  } catch (error) {
    const failure = deadline.callerGone.aborted ? null : failureOfFault(error, timeoutSeconds);
    if (failure === null) throw error;
    return { attempt: failure, attempts };
  }
}
