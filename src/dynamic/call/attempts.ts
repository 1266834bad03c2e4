import type { Attempt } from './call-result.ts';
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
  /** From 0 up to 1. */
  random: () => number;
}>;

/** The attempts of one call. */
export type Attempts = {
  /** Times that the function was called; grows while they go on. */
  made: number;
};

/**
 * Calls a function, and once or twice more where that is safe, may help, and is within the deadline and the budget. Where no
 * attempt brings a response, how the last one ended; but a call of which an earlier attempt may have reached the function is
 * not said to be unseen.
 *
 * @param attempts counts what was made, whichever way this ends.
 * @throws the reason of an interruption by the caller; what is a bug of ours.
 */
export async function attemptCall(
  options: AttemptsOptions,
  call: UpstreamCall,
  clock: CallClock,
  attempts: Attempts,
): Promise<Attempt> {
  const upload = watchUpload(call.body, call.route.timeoutSeconds);
  const watched = upload.body === call.body ? call : { ...call, body: upload.body };
  const once = (): Promise<Attempt> => {
    attempts.made += 1;
    return attemptOnce(options.upstream, watched, clock, upload);
  };
  try {
    return await repeat(once, options, call, clock);
  } catch (error) {
    if (clock.interruption === 'abandoned') throw error;
    const problem = upload.problemOf(error);
    if (problem !== null)
      return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
    const failure = failureOf(error, call.route.timeoutSeconds);
    if (failure === null) throw error;
    return failure;
  }
}

/** @throws where it says nothing of the function: the caller left, or its body broke off. */
async function attemptOnce(
  upstream: Upstream,
  call: UpstreamCall,
  clock: CallClock,
  upload: Upload,
): Promise<Attempt> {
  try {
    const response = await upstream.attempt(call, clock);
    const made = classifyResponse(response);
    if (made.kind === 'response') return made;
    if (response.body.kind === 'streamed') response.body.abandon(new Error('the response is not passed on'));
    return response.isResult || call.resume !== undefined ? onceStarted(made) : made;
  } catch (error) {
    if (clock.interruption === 'abandoned' || upload.problemOf(error) !== null) throw error;
    const failure = failureOf(error, call.route.timeoutSeconds);
    if (failure === null) throw error;
    return failure;
  }
}

async function repeat(
  once: () => Promise<Attempt>,
  { breakers, retryBudget, random }: AttemptsOptions,
  { route, body }: UpstreamCall,
  clock: CallClock,
): Promise<Attempt> {
  const { host } = route.functionUrl;
  const { idempotent } = route;
  const isRepeatable = body.kind === 'buffered';
  retryBudget.called(host);
  let last = await breakers.guard(host, once);
  let told = last;
  for (let attempts = 1; last.kind === 'failure'; attempts += 1) {
    const leftMs = clock.leftMs();
    const waitMs = retryWaitMs({
      failure: last,
      attempts,
      idempotent,
      isRepeatable,
      leftMs,
      random: random(),
    });
    if (waitMs === null || !retryBudget.take(host)) return told;
    await clock.delay(waitMs);
    last = await breakers.guard(host, once);
    if (!isUnseenAfter(last, told)) told = last;
  }
  return last;
}

/** Whether an attempt did not reach the function, also because a breaker has opened, and the one before it may have. */
function isUnseenAfter(attempt: Attempt, before: Attempt): boolean {
  if (attempt.kind === 'response' || before.kind === 'response') return false;
  return attempt.problem.code === 'breaker_open' || (attempt.retry === 'safe' && before.retry !== 'safe');
}
