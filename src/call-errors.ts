import { type ErrorKind, kind } from './error-kind.ts';

/**
 * The errors that `executeCall` can return, from reading the body to the last byte of the function's response; all others are
 * in errors.ts. The compiler enforces this: the call core only knows `ProblemOfCall`.
 */
export const callErrorKinds = {
  invalid_body: kind(
    400,
    'The body could not be read',
    'Send the complete body, with a correct Content-Length.',
  ),
  invalid_json: kind(
    400,
    'The body is not valid JSON',
    'Send JSON in UTF-8; the detail says where the error is.',
  ),
  invalid_request_body: kind(
    422,
    "The request body does not match the workflow's contract",
    'Fix the fields listed in `errors`; GET /api/enrichment/workflows/{slug} shows the request_schema.',
  ),
  content_encoding_unsupported: kind(
    415,
    'The body is compressed and cannot be validated',
    'Send the body uncompressed, without Content-Encoding.',
  ),
  validation_unavailable: kind(
    503,
    'The body could not be validated',
    'Retry after the time in Retry-After, or send a smaller body.',
  ),
  body_too_large: kind(
    413,
    'The body is too large',
    'Send a smaller body, or ask an operator to raise MAX_BODY_BYTES.',
  ),
  body_too_slow: kind(
    504,
    'The body did not arrive in time',
    "Send it faster, send a smaller body, or raise the row's timeout_seconds.",
  ),
  deadline_exceeded: kind(
    504,
    'The function did not respond in time',
    "Try again later; if it happens often, raise the row's timeout_seconds or make the function faster.",
  ),
  function_unreachable: kind(
    503,
    'The function could not be reached',
    "Retry after the time in Retry-After; if it persists, check the row's modal_endpoint_url and Modal's status.",
  ),
  upstream_name_not_found: kind(
    503,
    'The host name of the function cannot be resolved',
    "Fix the host in the row's modal_endpoint_url. If it is correct, check that the gateway can resolve names (DNS).",
  ),
  upstream_connection_refused: kind(
    503,
    'The host of the function refused the connection',
    "Check the host and port of the row's modal_endpoint_url, or of UPSTREAM_CONNECT_TO if it is set: nothing is listening there.",
  ),
  upstream_connect_timeout: kind(
    503,
    'Connecting to the function timed out',
    "Retry after the time in Retry-After; if it persists, check the row's modal_endpoint_url, and that no firewall blocks the connection.",
  ),
  upstream_certificate_invalid: kind(
    503,
    'The TLS certificate of the function was not accepted',
    "Fix the host in the row's modal_endpoint_url, or the certificate. To trust a private certificate authority, set NODE_EXTRA_CA_CERTS to its file.",
  ),
  breaker_open: kind(
    503,
    'The function keeps failing and is not called for now',
    "Retry after the time in Retry-After; check GET /api/enrichment/status and the function's log in Modal.",
  ),
  concurrency_limit_reached: kind(
    503,
    'The workflow has reached its limit of concurrent calls',
    "Retry after the time in Retry-After, send fewer calls at once, or raise the row's max_concurrency.",
  ),
  gateway_overloaded: kind(
    503,
    'The gateway has reached its limit of calls in flight',
    'Retry after the time in Retry-After; add replicas, or raise MAX_IN_FLIGHT.',
  ),
  buffers_full: kind(
    503,
    'The gateway has reached its limit of buffered bytes',
    'Retry after the time in Retry-After; add replicas, or raise MAX_BUFFERED_BYTES.',
  ),
  upstream_connection_lost: kind(
    502,
    'The function dropped the connection',
    "The function may or may not have done its work: check before retrying. See the function's log in Modal.",
  ),
  result_unavailable: kind(
    502,
    'The result of the call could not be loaded',
    "The function may or may not have done its work: check before retrying. See the function's log in Modal.",
  ),
  upstream_invalid_response: kind(
    502,
    'The function sent an invalid response',
    'Check that modal_endpoint_url is the URL of a Modal web endpoint; the detail says what is wrong with the response.',
  ),
  upstream_informational_response: kind(
    502,
    'The function sent an unexpected informational response',
    'Fix the function or its server: it must not send 100 Continue or 101 Switching Protocols, which Rowgate never requests. The function may or may not have done its work.',
  ),
  upstream_address_refused: kind(
    502,
    'The function URL resolves to a private address',
    'Fix modal_endpoint_url. To use a simulator on this machine, set UPSTREAM_CONNECT_TO.',
  ),
  upstream_redirected: kind(
    502,
    'The function responded with a redirect',
    'Fix the function: redirects are not passed on, because callers cannot follow them after a POST.',
  ),
  upstream_auth_failed: kind(
    502,
    'Modal rejected the proxy-auth token',
    'An operator must set MODAL_KEY and MODAL_SECRET to a valid proxy-auth token.',
  ),
  upstream_bad_request: kind(
    502,
    'Modal rejected the request',
    'This is a bug in Rowgate: report it with the request_id.',
  ),
  function_not_deployed: kind(
    502,
    'No function is deployed at the URL of this row',
    "Deploy the function with Modal, or fix the row's modal_endpoint_url.",
  ),
  function_stopped: kind(
    502,
    'The app of this function has been stopped',
    'Deploy the app again with Modal.',
  ),
  workspace_disabled: kind(502, 'The Modal workspace is disabled', 'Enable it in the Modal dashboard.'),
  spend_limit_reached: kind(
    503,
    'The Modal workspace has reached its spend limit',
    'Raise the limit in the Modal dashboard; retrying does not help until then.',
  ),
  upstream_rate_limited: kind(
    503,
    'Modal is rate limiting this gateway',
    'Retry after the time in Retry-After, and send calls more slowly.',
  ),
  function_timed_out: kind(
    504,
    'The function exceeded its own timeout',
    "Raise the function's timeout in Modal, or send it less work.",
  ),
  function_crashed: kind(
    502,
    'The function was killed, most likely because it ran out of memory',
    'Raise its memory in Modal, or send it less work.',
  ),
  platform_error: kind(
    502,
    'Modal had an internal error',
    'Try again; the function may or may not have done its work.',
  ),
  result_expired: kind(
    503,
    'Modal no longer has the result of the call',
    'The function may or may not have done its work: check before retrying.',
  ),
} as const satisfies Record<string, ErrorKind>;
