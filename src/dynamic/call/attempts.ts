import type { Attempt, CallFailure } from './call-result.ts';
import type { CallClock } from './call-clock.ts';
import type { Breakers } from './limits/breakers.ts';
import { retryWaitMs } from './limits/retry.ts';
import type { RetryBudget } from './limits/retry-budget.ts';
import { classifyResponse } from './upstream/classify-response.ts';
import { failureOf, onceStarted } from './upstream/failures.ts';
import type { Upstream, UpstreamCall } from './upstream/upstream.ts';
import { type Upload, watchUpload } from './upload.ts';

export type AttemptsOptions = Readonly<{
  upstream: Upstream;
  breakers: Breakers;
  retryBudget: RetryBudget;
  /** From 0 to less than 1. */
  random: () => number;
}>;

/** The attempts of one call. */
export type Attempts = {
  /** How often the function has been called so far. */
  made: number;
};

/**
 * Calls a function, and up to twice more if a retry is safe, may help, and fits the deadline and the retry budget. If no attempt
 * gets a response, returns how the last one failed; but once an attempt may have reached the function, the result never claims
 * that the function has not seen the call.
 *
 * @param attempts counts the attempts, however this ends.
 * @throws the interruption's reason if the caller left; an unexpected error, which is a bug in Rowgate.
 */
export async function attemptCall(
  options: AttemptsOptions,
  call: UpstreamCall,
  clock: CallClock,
  attempts: Attempts,
): Promise<Attempt> {
  const { host } = call.route.functionUrl;
  const upload = watchUpload(call.body, call.route.timeoutSeconds);
  const watched = upload.body === call.body ? call : { ...call, body: upload.body };
  options.retryBudget.called(host);
  try {
    let last = await attemptOnce(options, watched, clock, upload, attempts);
    let reported = last;
    for (let made = 1; last.kind === 'failure'; made += 1) {
      const waitMs = waitBeforeRetry(last, made, call, clock, options.random());
      if (waitMs === null || !options.retryBudget.take(host)) return reported;
      await clock.delay(waitMs);
      last = await attemptOnce(options, watched, clock, upload, attempts);
      if (!isUnseenAfter(last, reported)) reported = last;
    }
    return last;
  } catch (error) {
    if (clock.interruption === 'abandoned') throw error;
    const problem = upload.problemOf(error);
    if (problem !== null)
      return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
    return failureOrThrow(error, call.route.timeoutSeconds);
  }
}

/** @throws if the attempt says nothing about the function: the caller left, or the request body was cut off. */
async function attemptOnce(
  { upstream, breakers }: AttemptsOptions,
  call: UpstreamCall,
  clock: CallClock,
  upload: Upload,
  attempts: Attempts,
): Promise<Attempt> {
  const { host } = call.route.functionUrl;
  const admission = breakers.admit(host);
  if (admission?.kind === 'failure') return admission;
  attempts.made += 1;
  let made: Attempt;
  try {
    const response = await upstream.attempt(call, clock);
    made = classifyResponse(response);
    if (made.kind === 'failure') {
      if (response.body.kind === 'streamed')
        response.body.abandon(new Error('the response is not passed on'));
      if (response.isResult || call.resume !== undefined) made = onceStarted(made);
    }
  } catch (error) {
    const isOfFunction = clock.interruption !== 'abandoned' && upload.problemOf(error) === null;
    const failure = isOfFunction ? failureOf(error, call.route.timeoutSeconds) : null;
    if (failure === null) {
      breakers.withdraw(admission);
      throw error;
    }
    made = failure;
  }
  breakers.count(host, made, admission);
  return made;
}

function waitBeforeRetry(
  failure: CallFailure,
  attempts: number,
  { route, body }: UpstreamCall,
  clock: CallClock,
  random: number,
): number | null {
  const { idempotent } = route;
  const isRepeatable = body.kind === 'buffered';
  return retryWaitMs({ failure, attempts, idempotent, isRepeatable, leftMs: clock.leftMs(), random });
}

function failureOrThrow(error: unknown, timeoutSeconds: number): CallFailure {
  const failure = failureOf(error, timeoutSeconds);
  if (failure === null) throw error;
  return failure;
}

/** Whether an attempt certainly did not reach the function (a breaker may have opened) while the one before it may have. */
function isUnseenAfter(attempt: Attempt, before: Attempt): boolean {
  if (attempt.kind === 'response' || before.kind === 'response') return false;
  return attempt.problem.code === 'breaker_open' || (attempt.retry === 'safe' && before.retry !== 'safe');
}
