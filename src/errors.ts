/**
 * The one table of every error that Rowgate itself makes: code -> HTTP status, title, and what a person should do.
 * The error page (/errors), docs/errors.md and the OpenAPI document are made from it. Codes are stable.
 */
export const errorKinds = {
  not_found: kind(404, 'Nothing here', 'Check the path; GET / lists the entry points.'),
  route_not_found: kind(
    404,
    'No workflow at this path',
    'Check the path against the nearest ones in the answer or GET /api/enrichment/workflows. A new row needs is_active and api_endpoint_url.',
  ),
  workflow_not_found: kind(
    404,
    'No workflow of this slug',
    'List the slugs with GET /api/enrichment/workflows.',
  ),
  method_not_allowed: kind(405, 'Method not allowed', 'Use a method that the Allow header lists.'),
  invalid_query: kind(422, 'A query parameter is not valid', 'Fix the parameters listed in errors[].'),
  invalid_request: kind(
    400,
    'The request is malformed',
    'Send a Host header and a path that is a valid URL.',
  ),
  headers_too_large: kind(
    431,
    'The request headers are too large',
    'Send fewer or shorter headers and cookies.',
  ),
  invalid_body: kind(
    400,
    'The body could not be read',
    'Send the whole body, with a correct Content-Length.',
  ),
  invalid_json: kind(400, 'The body is not JSON', 'Send JSON in UTF-8; the detail says where it breaks off.'),
  invalid_request_body: kind(
    422,
    "The request body does not match the workflow's contract",
    'Fix the fields listed in errors[]; GET /api/enrichment/workflows/{slug} shows the request_schema.',
  ),
  body_too_large: kind(413, 'The body is too large', 'Send less at once, or raise MAX_BODY_BYTES.'),
  body_too_slow: kind(
    504,
    'The body did not arrive in time',
    "Send it faster, or less at once, or raise the row's timeout_seconds.",
  ),
  key_missing: kind(
    401,
    'An API key is needed',
    'Send one; operators make it with "npm run keys -- create".',
  ),
  key_unknown: kind(
    401,
    'The API key is not known',
    'Check that it was copied whole, and is of this gateway.',
  ),
  key_revoked: kind(401, 'The API key was revoked', 'Ask an operator for a new one.'),
  key_expired: kind(401, 'The API key has expired', 'Ask an operator for a new one.'),
  key_invalid: kind(
    401,
    'The API key is not usable',
    'Ask an operator to fix it; "npm run keys -- list" shows what is wrong.',
  ),
  scope_missing: kind(
    403,
    'The API key does not cover this',
    'Ask an operator for a key with the scope that `needs` names.',
  ),
  rate_limited: kind(429, 'The API key makes too many requests a second', 'Send again after Retry-After.'),
  quota_exceeded: kind(429, 'The API key has used up its month', 'Wait for the next month, or ask for more.'),
  auth_unavailable: kind(
    503,
    'API keys cannot be checked',
    'Try again shortly; an operator must bring the database back, or raise KEYS_MAX_STALE_SECONDS.',
  ),
  host_not_allowed: kind(
    403,
    'The Host is not one of ours',
    'Add it to ALLOWED_HOSTS, or set AUTH=required.',
  ),
  origin_not_allowed: kind(
    403,
    'Pages of this origin may not call',
    'Add the origin to CORS_ORIGINS, or its host to ALLOWED_HOSTS.',
  ),
  not_ready: kind(503, 'The registry is not loaded yet', 'Try again shortly; see the log if it lasts.'),
  draining: kind(503, 'The process is about to stop', 'Send new requests to another replica.'),
  replicas_behind: kind(
    504,
    'Some replicas do not serve this version yet',
    'Wait again, or look at the status of those that `behind` names.',
  ),
  database_unavailable: kind(
    503,
    'The database cannot be asked',
    'Try again shortly; proxied calls are not affected.',
  ),
  not_installed: kind(
    501,
    "Rowgate's own tables are not installed",
    'Run "npm run migrate" against DATABASE_URL.',
  ),
  internal_error: kind(500, 'Rowgate failed', 'This is a bug: report it with the request_id.'),
  deadline_exceeded: kind(
    504,
    'The function did not answer in time',
    "Try again later; if it happens often, raise the row's timeout_seconds or make the function faster.",
  ),
  function_unreachable: kind(
    503,
    'The function could not be reached',
    "Try again after Retry-After; if it lasts, check the row's modal_endpoint_url and Modal's status.",
  ),
  breaker_open: kind(
    503,
    'The function keeps failing and is not called for a moment',
    "Try again after Retry-After; see GET /api/enrichment/status and the function's log in Modal.",
  ),
  concurrency_limit_reached: kind(
    503,
    'The workflow has as many calls in flight as its row allows',
    "Try again after Retry-After, send fewer at once, or raise the row's max_concurrency.",
  ),
  gateway_overloaded: kind(
    503,
    'This gateway has as many calls in flight as it takes',
    'Try again after Retry-After; add replicas, or raise MAX_IN_FLIGHT.',
  ),
  buffers_full: kind(
    503,
    'This gateway holds as many bytes of bodies as it takes',
    'Try again after Retry-After; add replicas, or raise MAX_BUFFERED_BYTES.',
  ),
  upstream_connection_lost: kind(
    502,
    'The function dropped the connection',
    "Whether it did its work is unknown: check before sending again. See the function's log in Modal.",
  ),
  result_unavailable: kind(
    502,
    'The result of a call that was started could not be loaded',
    "Whether the function did its work is unknown: check before sending again. See the function's log in Modal.",
  ),
  upstream_invalid_response: kind(
    502,
    'What the function answered cannot be understood',
    'Check that modal_endpoint_url names a Modal web endpoint; the detail says what is wrong with its answer.',
  ),
  upstream_address_refused: kind(
    502,
    'The function URL leads into a private network',
    'Fix modal_endpoint_url. For a stand-in on this machine set UPSTREAM_CONNECT_TO.',
  ),
  upstream_redirected: kind(
    502,
    'The function answered with a redirect',
    'Redirects are not passed on: callers cannot follow them on POST.',
  ),
  upstream_auth_failed: kind(
    502,
    'Modal refused our proxy token',
    'An operator must set MODAL_KEY and MODAL_SECRET to a valid proxy-auth token.',
  ),
  upstream_bad_request: kind(
    502,
    'Modal refused our request',
    'This is a bug: report it with the request_id.',
  ),
  function_not_deployed: kind(
    502,
    'No function is deployed at the URL of this row',
    "Deploy the function with Modal, or mend the row's modal_endpoint_url.",
  ),
  function_stopped: kind(502, 'The app of this function is stopped', 'Deploy the app again with Modal.'),
  workspace_disabled: kind(
    502,
    'The Modal workspace is disabled',
    'See to the workspace in the Modal dashboard.',
  ),
  spend_limit_reached: kind(
    503,
    'The Modal workspace reached its spend limit',
    'Raise the limit in the Modal dashboard; trying again does not help before.',
  ),
  upstream_rate_limited: kind(
    503,
    'Modal is limiting our rate',
    'Send again after Retry-After, and more slowly.',
  ),
  function_timed_out: kind(
    504,
    'The function ran into its own time limit',
    "Raise the function's timeout in Modal, or send it less work.",
  ),
  function_crashed: kind(
    502,
    'The function was killed, most likely out of memory',
    'Raise its memory in Modal, or send it less work.',
  ),
  platform_error: kind(
    502,
    'Modal failed inside',
    'Try again; whether the function did its work is unknown.',
  ),
  result_expired: kind(
    503,
    'Modal lost the call',
    'Whether the function did its work is unknown: check before sending again.',
  ),
} as const satisfies Record<string, ErrorKind>;

export type ErrorKind = Readonly<{ status: number; title: string; remedy: string }>;
export type ErrorCode = keyof typeof errorKinds;

/** One fault of a request, by JSON pointer (RFC 6901) into the body, or by the name of a query parameter. */
export type FieldError = Readonly<
  {
    message: string;
    /** What should stand there, in words. */
    expected?: string;
  } & ({ pointer: string } | { parameter: string })
>;

/** An error as a value: what happened to this request, in words that a person in a table cell understands. */
export type Problem = Readonly<{
  code: ErrorCode;
  detail: string;
  errors?: readonly FieldError[];
  /** Further members of the document, such as the nearest paths of a 404. */
  extra?: Readonly<Record<string, unknown>>;
  /** Headers that belong to this error: Allow, Retry-After, Proxy-Status. */
  headers?: Readonly<Record<string, string>>;
  /** The fault behind it, for the log only. */
  cause?: unknown;
}>;

/** Where a problem happened. */
export type ProblemContext = Readonly<{ instance: string; requestId: string; workflowSlug?: string }>;

/** The media type of every error body (RFC 9457 section 3). */
export const problemContentType = 'application/problem+json';

/** A path of 15 KB is not said back whole. */
const maxInstanceLength = 500;

/** The problem document (RFC 9457 section 3.1) of one request. Its `type` is explained at GET /errors. */
export function problemDocument(problem: Problem, context: ProblemContext) {
  const { status, title } = errorKinds[problem.code];
  return {
    type: `/errors#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance: context.instance.slice(0, maxInstanceLength),
    code: problem.code,
    request_id: context.requestId,
    ...(context.workflowSlug === undefined ? {} : { workflow_slug: context.workflowSlug }),
    ...(problem.errors === undefined ? {} : { errors: [...problem.errors] }),
    ...problem.extra,
  };
}

function kind<const Status extends number>(status: Status, title: string, remedy: string) {
  return { status, title, remedy };
}
