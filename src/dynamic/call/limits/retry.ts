import type { CallFailure } from '../call-result.ts';

/** After the first try. */
const maxRetries = 2;
const firstBackoffMs = 250;
const backoffFactor = 3;

/** What is known when a try has failed. */
export type RetryQuestion = Readonly<{
  failure: CallFailure;
  /** Tries so far. */
  attempts: number;
  /** Whether the row says that the same call may be made twice without harm. */
  idempotent: boolean;
  /** Whether the body is still there to be sent again. */
  isRepeatable: boolean;
  /** Until the deadline. */
  leftMs: number;
  /** From 0 up to 1. */
  random: number;
}>;

/**
 * How long to wait before the next try, or null where there must be none: the failure is of a kind that may have reached
 * user code and the row is not idempotent, a retry would not help, or there is no time left. Backoff with jitter between
 * half and all of 250, then 750 ms; a longer Retry-After is honoured (RFC 9110 section 10.2.3).
 */
export function retryWaitMs(question: RetryQuestion): number | null {
  const { failure, attempts, idempotent, isRepeatable, leftMs, random } = question;
  if (attempts > maxRetries || !isRepeatable) return null;
  if (failure.retry === 'never' || (failure.retry === 'idempotent' && !idempotent)) return null;
  const backoffMs = firstBackoffMs * backoffFactor ** (attempts - 1) * (0.5 + random / 2);
  const waitMs = Math.max(backoffMs, failure.retryAfterMs ?? 0);
  return waitMs < leftMs ? waitMs : null;
}
