import type { CallErrorCode } from '../../../errors.ts';
import type { RetryRule } from '../../../modal/platform-errors.ts';

/** How a call failed that brought no usable response, as the caller is told. RFC 9209 section 2.3 names the error types. */
export type FaultKind = Readonly<{
  code: CallErrorCode;
  proxyError: string;
  detail: string;
  retry: RetryRule;
  /** Whether it says that the function is unwell. */
  tripsBreaker: boolean;
  retryAfterSeconds?: number;
}>;
