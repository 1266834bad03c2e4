import type { CallFailure } from '../call-result.ts';

/** The maximum number of attempts after the first one. */
const maxRetries = 2;
const firstBackoffMs = 250;
const backoffFactor = 3;

/** What is known when an attempt has failed. */
export type RetryQuestion = Readonly<{
  failure: CallFailure;
  /** Attempts so far. */
  attempts: number;
  /** Whether the row declares that repeating a call does no harm. */
  idempotent: boolean;
  /** Whether the body is still available to be sent again. */
  isRepeatable: boolean;
  /** Milliseconds until the deadline. */
  leftMs: number;
  /** From 0 to less than 1. */
  random: number;
}>;

/**
 * Milliseconds to wait before the next attempt, or null if there must be none: the call may have reached user code and the row is
 * not idempotent, a retry would not help, or no time is left. The backoff is 250, then 750 ms, with jitter down to half of that;
 * a longer Retry-After is honoured (RFC 9110 section 10.2.3).
 */
export function retryWaitMs(question: RetryQuestion): number | null {
  const { failure, attempts, idempotent, isRepeatable, leftMs, random } = question;
  if (attempts > maxRetries || !isRepeatable) return null;
  if (failure.retry === 'never' || (failure.retry === 'idempotent' && !idempotent)) return null;
  const backoffMs = firstBackoffMs * backoffFactor ** (attempts - 1) * (0.5 + random / 2);
  const waitMs = Math.max(backoffMs, failure.retryAfterMs ?? 0);
  return waitMs < leftMs ? waitMs : null;
}
