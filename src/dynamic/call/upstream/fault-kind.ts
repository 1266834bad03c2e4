import type { CallErrorCode } from '../../../errors.ts';
import type { RetryRule } from '../../../modal/platform-errors.ts';

/** How a call without a usable response failed, as reported to the caller. RFC 9209 section 2.3 names the error types. */
export type FaultKind = Readonly<{
  code: CallErrorCode;
  proxyError: string;
  detail: string;
  retry: RetryRule;
  /** Whether it indicates that the function itself is failing. */
  tripsBreaker: boolean;
  retryAfterSeconds?: number;
}>;
