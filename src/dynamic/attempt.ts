import type { Problem } from '../errors.ts';
import type { RetryRule } from '../modal/platform-errors.ts';
import { platformErrorOf } from './held-answer.ts';
import { retryAfterMs } from './retry-after.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Why an attempt brought no answer that can be passed on. */
export type Failure = Readonly<{
  kind: 'failed';
  problem: Problem;
  retry: RetryRule;
  /** How long the platform asked us to wait, where it did. */
  retryAfterMs: number | null;
  /** Whether it says that the function is not well, and not only that this call went wrong. */
  tripsBreaker: boolean;
}>;

/** How one try of a call ended. */
export type Attempt = Readonly<{ kind: 'answered'; answer: UpstreamAnswer }> | Failure;

/**
 * Tells an answer of the function from one that the platform gave in its place, or that must not be passed on.
 *
 * @param now Unix time in milliseconds.
 */
export function attemptOf(answer: UpstreamAnswer, now: () => number = Date.now): Attempt {
  const { status, headers } = answer;
  if (status < 200 || status > 599)
    return unusable(
      'upstream_invalid_response',
      `The answer of the function has the status ${status}, which does not exist.`,
    );
  if (hasOtherCoding(headers['transfer-encoding'])) {
    const detail =
      'The function sent its answer in a transfer coding other than chunked, which is not taken.';
    return unusable('upstream_invalid_response', detail, 'http_response_transfer_coding');
  }
  // A redirect is the platform's own business (a 303 leads to a secret result URL): none is passed on.
  if (status >= 300 && status < 400 && status !== 304) {
    const detail = `The function answered ${status}, a redirect, in place of a result.`;
    return unusable('upstream_redirected', detail);
  }
  const platform = platformErrorOf(answer);
  if (platform === null) return { kind: 'answered', answer };
  const asked = retryAfterMs(headers, now);
  // Not 0, by which every caller would be back at once.
  const seconds = asked === null ? platform.retryAfterSeconds : Math.max(1, Math.ceil(asked / 1000));
  const retryAfter = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  const { code, detail, retry } = platform;
  return {
    kind: 'failed',
    problem: { code, detail, headers: { ...proxyStatus(incomplete, status), ...retryAfter } },
    retry,
    retryAfterMs: asked,
    tripsBreaker: status >= 500,
  };
}

/** Chunked is undone on the way; of any other (RFC 9112 section 7) the caller would get the bytes and not the name. */
function hasOtherCoding(transferEncoding: string | string[] | undefined): boolean {
  return transferEncoding !== undefined && String(transferEncoding).trim().toLowerCase() !== 'chunked';
}

function unusable(code: Problem['code'], detail: string, error = incomplete): Failure {
  const problem = { code, detail, headers: proxyStatus(error) };
  return { kind: 'failed', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
}

/** RFC 9209 section 2.3.8: the answer came, but is not one to pass on. */
const incomplete = 'http_response_incomplete';

/** RFC 9209 sections 2.3 and 2.1.5. */
function proxyStatus(error: string, receivedStatus?: number): { 'proxy-status': string } {
  const received = receivedStatus === undefined ? '' : `; received-status=${receivedStatus}`;
  return { 'proxy-status': `rowgate; error=${error}${received}` };
}
