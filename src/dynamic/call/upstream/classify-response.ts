import type { CallErrorCode } from '../../../errors.ts';
import type { Attempt, CallFailure, FunctionResponse, ResponseHeaders } from '../call-result.ts';
import { platformErrorOf } from './platform-error-of.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * Distinguishes responses of the function from those that the platform sent in its place or that must not be passed on.
 *
 * @param now Unix time in milliseconds.
 */
export function classifyResponse(response: FunctionResponse, now: () => number = Date.now): Attempt {
  const { status, headers } = response;
  if (status > 599)
    return unusable(
      'upstream_invalid_response',
      `The function responded with the status ${status}, which is not a valid HTTP status.`,
    );
  if (hasOtherCoding(headers['transfer-encoding'])) {
    const detail =
      'The function sent its response in a transfer coding that is not supported; only chunked is.';
    return unusable('upstream_invalid_response', detail, 'http_response_transfer_coding');
  }
  // Redirects are internal to the platform (a 303 leads to a secret result URL): none is passed on.
  if (status >= 300 && status < 400 && status !== 304) {
    const detail = `The function responded with a redirect (${status}) instead of a result.`;
    return unusable('upstream_redirected', detail);
  }
  return status < 400 ? response : platformFailure(response, now);
}

function platformFailure(response: FunctionResponse, now: () => number): Attempt {
  const platform = platformErrorOf(response);
  if (platform === null) return response;
  const { status, headers } = response;
  const asked = retryAfterMs(headers, now);
  // Not 0, which would make every caller retry at once.
  const seconds = asked === null ? platform.retryAfterSeconds : Math.max(1, Math.ceil(asked / 1000));
  const retryAfter = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  const { code, detail, retry } = platform;
  return {
    kind: 'failure',
    problem: { code, detail, headers: { ...proxyStatus(incomplete, status), ...retryAfter } },
    retry,
    retryAfterMs: asked,
    tripsBreaker: status >= 500,
  };
}

/** Chunked is decoded on the way; with any other coding (RFC 9112 section 7) the caller would get the bytes without its name. */
function hasOtherCoding(transferEncoding: ResponseHeaders[string]): boolean {
  return transferEncoding !== undefined && String(transferEncoding).trim().toLowerCase() !== 'chunked';
}

function unusable(code: CallErrorCode, detail: string, error = incomplete): CallFailure {
  const problem = { code, detail, headers: proxyStatus(error) };
  return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
}

/** RFC 9209 section 2.3.8: a response arrived, but it cannot be passed on. */
const incomplete = 'http_response_incomplete';

/** RFC 9209 sections 2.3 and 2.1.5. */
function proxyStatus(error: string, receivedStatus?: number): { 'proxy-status': string } {
  const received = receivedStatus === undefined ? '' : `; received-status=${receivedStatus}`;
  return { 'proxy-status': `rowgate; error=${error}${received}` };
}
