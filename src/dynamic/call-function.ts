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

/**
 * The tries one after another, as far as the breaker lets them through. Where none is answered, how the last one ended;
 * but that it did not reach the function is not told of a call of which an earlier try may have.
 */
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
  let told = last;
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
    if (waitMs === null || !retryBudget.take(host)) return told;
    await delay(waitMs, undefined, { signal: deadline.signal });
    last = await breakers.guard(host, attemptOnce);
    if (!isUnseenAfter(last, told)) told = last;
  }
  return last;
}

/** Whether a try did not reach the function, by a breaker that has opened meanwhile too, and the one before it may have. */
function isUnseenAfter(attempt: Attempt, before: Attempt): boolean {
  if (attempt.kind === 'answered' || before.kind === 'answered') return false;
  return attempt.problem.code === 'breaker_open' || (attempt.retry === 'safe' && before.retry !== 'safe');
}

function refused(problem: Problem) {
  return { kind: 'refused', problem } as const;
}
