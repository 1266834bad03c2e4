import { TimeoutError } from 'p-timeout';
import type { CallErrorCode } from '../../../errors.ts';
import type { CallFailure } from '../call-result.ts';
import { connectFaultOf } from './connect-faults.ts';
import {
  AddressRefusedError,
  ConnectionLostError,
  HopFailedError,
  InformationalResponseError,
  InvalidResponseError,
  RedirectRefusedError,
  workUnknown,
} from './exchange-errors.ts';
import type { FaultKind } from './fault-kind.ts';

const connectionLost: FaultKind = {
  code: 'upstream_connection_lost',
  proxyError: 'connection_terminated',
  detail:
    'The connection to the function broke before its response was complete; it is unknown whether the function did its work.',
  retry: 'idempotent',
  tripsBreaker: true,
};
const nonsense: Omit<FaultKind, 'detail'> = {
  code: 'upstream_invalid_response',
  proxyError: 'http_protocol_error',
  retry: 'never',
  tripsBreaker: true,
};
const informational: Omit<FaultKind, 'detail'> = { ...nonsense, code: 'upstream_informational_response' };

const addressRefused: FaultKind = {
  code: 'upstream_address_refused',
  proxyError: 'destination_ip_prohibited',
  detail: "This workflow's function URL resolves to a private address; Rowgate only connects to public ones.",
  retry: 'never',
  tripsBreaker: false,
};
const redirected: Omit<FaultKind, 'detail'> = {
  code: 'upstream_redirected',
  proxyError: 'http_protocol_error',
  retry: 'never',
  tripsBreaker: false,
};

const kindByErrorCode: ReadonlyMap<string, FaultKind> = new Map([
  ['ECONNRESET', connectionLost],
  ['EPIPE', connectionLost],
  ['ECONNABORTED', connectionLost],
  ['UND_ERR_SOCKET', connectionLost],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', connectionLost],
  [
    'UND_ERR_HEADERS_OVERFLOW',
    { ...nonsense, detail: `The headers of the function's response are larger than 16 KiB; ${workUnknown}` },
  ],
]);

/** Returns how a call without a response failed; null if the error is a bug and must be rethrown. */
export function failureOf(error: unknown, timeoutSeconds: number): CallFailure | null {
  if (error instanceof TimeoutError) {
    const problem = {
      code: 'deadline_exceeded',
      detail: `The function did not respond within its timeout of ${timeoutSeconds} s; it may still be running.`,
      headers: { 'proxy-status': 'rowgate; error=http_response_timeout' },
      cause: error,
    } as const;
    return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: true };
  }
  if (error instanceof HopFailedError) {
    const failure = failureOf(error.cause, timeoutSeconds);
    return failure && onceStarted(failure);
  }
  const kind = kindOf(error);
  if (kind === null) return null;
  const { code, detail, proxyError, retry, tripsBreaker, retryAfterSeconds } = kind;
  const headers: Record<string, string> = { 'proxy-status': `rowgate; error=${proxyError}` };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  const problem = { code, detail, headers, cause: error };
  return { kind: 'failure', problem, retry, retryAfterMs: null, tripsBreaker };
}

function kindOf(error: unknown): FaultKind | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof AddressRefusedError) return addressRefused;
  if (error instanceof RedirectRefusedError) return { ...redirected, detail: error.message };
  if (error instanceof ConnectionLostError) return connectionLost;
  if (error instanceof InformationalResponseError) return { ...informational, detail: error.message };
  if (error instanceof InvalidResponseError) return { ...nonsense, detail: error.message };
  // undici's error for a chunked body that ends before its last chunk, if the connection was to close anyway.
  if (error.name === 'HTTPParserError')
    return error.message.includes('Invalid EOF state') ? connectionLost : notHttp(error.message);
  return connectFaultOf(error) ?? kindByErrorCode.get(code) ?? null;
}

/** The parser's reason is in brackets; it contains nothing of the response. */
function notHttp(message: string): FaultKind {
  const [reason = ''] = / \([^]+\)$/.exec(message) ?? [];
  return { ...nonsense, detail: `The function URL did not return an HTTP response${reason}; ${workUnknown}` };
}

/** Failures that happen before user code runs on a call; on a hop they say nothing about the call. */
const refusals: ReadonlySet<CallErrorCode> = new Set([
  'upstream_auth_failed',
  'upstream_bad_request',
  'upstream_address_refused',
  'function_not_deployed',
  'function_stopped',
  'workspace_disabled',
  'spend_limit_reached',
]);

/**
 * Adapts a failure after a 303: user code may be running, so it is no longer safe to repeat the call, no Retry-After suggests
 * it, and nothing claims that the function has not seen the call.
 */
export function onceStarted(failure: CallFailure): CallFailure {
  const { 'retry-after': _, ...headers } = failure.problem.headers ?? {};
  const problem = { ...failure.problem, headers };
  if (failure.retry === 'safe') {
    const detail = `The call was started, but its result could not be loaded; ${workUnknown}`;
    return { ...failure, retry: 'idempotent', problem: { ...problem, code: 'result_unavailable', detail } };
  }
  if (!refusals.has(problem.code)) return { ...failure, problem };
  const detail = `${problem.detail} The call had already been started; ${workUnknown}`;
  return { ...failure, problem: { ...problem, detail } };
}

/** Whether a connection could not be made, or broke during a request. */
export function isConnectionFault(error: unknown): boolean {
  const kind = kindOf(error);
  return kind !== null && (kind === connectionLost || kind.retry === 'safe');
}
