import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../errors.ts';
import { type Attempt, attemptOf } from './attempt.ts';
import type { Breakers } from './breakers.ts';
import type { Deadline } from './deadline.ts';
import { retryWaitMs } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Upstream, UpstreamAnswer, UpstreamCall } from './upstream.ts';
import { failureOfFault, onceStarted } from './upstream-fault.ts';
import { watchUpload } from './upload.ts';

export type CallFunctionOptions = Readonly<{
  upstream: Upstream;
  breakers: Breakers;
  retryBudget: RetryBudget;
  /** From 0 up to 1. */
  random: () => number;
}>;

/** How a call ended, after how many tries; 0 where the function was not called at all. */
export type CallEnd = Readonly<{ attempts: number }> &
  (
    | Readonly<{ kind: 'answered'; answer: UpstreamAnswer }>
    | Readonly<{ kind: 'refused'; problem: Problem }>
    | Readonly<{ kind: 'caller_gone' }>
  );

/**
 * Calls a function, and once or twice more where that is safe, may help, and is within the deadline and the budget.
 *
 * @throws what is a bug of ours.
 */
export async function callFunction(
  options: CallFunctionOptions,
  call: UpstreamCall,
  deadline: Deadline,
): Promise<CallEnd> {
  const { timeoutSeconds } = call.route;
  const upload = watchUpload(call.body, timeoutSeconds);
  const watched = { ...call, body: upload.body };
  let attempts = 0;
  const attemptOnce = async (): Promise<Attempt> => {
    attempts += 1;
    try {
      const answer = await options.upstream.attempt(watched, deadline.signal);
      const attempt = attemptOf(answer);
      if (attempt.kind === 'answered') return attempt;
      await answer.body.rest?.return?.();
      return answer.isResult ? onceStarted(attempt) : attempt;
    } catch (error) {
      if (deadline.callerGone.aborted || upload.problemOf(error) !== null) throw error;
      const failure = failureOfFault(error, timeoutSeconds);
      if (failure === null) throw error;
      return failure;
    }
  };
  try {
    const end = await deadline.within(() => repeated(attemptOnce, options, call, deadline));
    return end.kind === 'answered' ? { ...end, attempts } : { ...refused(end.problem), attempts };
  } catch (error) {
    if (deadline.callerGone.aborted) return { kind: 'caller_gone', attempts };
    const problem = upload.problemOf(error) ?? failureOfFault(error, timeoutSeconds)?.problem;
    if (problem === undefined) throw error;
    return { ...refused(problem), attempts };
  }
}

/** The tries one after another, as far as the breaker lets them through; how the last that was made ended. */
async function repeated(
  attemptOnce: () => Promise<Attempt>,
  { breakers, retryBudget, random }: CallFunctionOptions,
  { route, body }: UpstreamCall,
  deadline: Deadline,
): Promise<Attempt> {
  const { host } = route.functionUrl;
  const { idempotent } = route;
  const { isRepeatable } = body;
  retryBudget.called(host);
  let last = await breakers.guard(host, attemptOnce);
  for (let attempts = 1; last.kind === 'failed'; attempts += 1) {
    const leftMs = deadline.leftMs();
    const waitMs = retryWaitMs({
      failure: last,
      attempts,
      idempotent,
      isRepeatable,
      leftMs,
      random: random(),
    });
    if (waitMs === null || !retryBudget.take(host)) return last;
    await delay(waitMs, undefined, { signal: deadline.signal });
    const next = await breakers.guard(host, attemptOnce);
    // Refused, since the breaker has opened meanwhile: but the function has seen this call.
    if (next.kind === 'failed' && next.problem.code === 'breaker_open') return last;
    last = next;
  }
  return last;
}

function refused(problem: Problem) {
  return { kind: 'refused', problem } as const;
}
