import { callErrorKinds } from './call-errors.ts';
import { type ErrorKind, kind } from './error-kind.ts';

/**
 * The one table of every error that Rowgate itself returns: code -> HTTP status, title, and what to do about it.
 * The error page (/errors), docs/errors.md and the OpenAPI document are generated from it. Codes are stable.
 */
export const errorKinds = {
  not_found: kind(404, 'Not found', 'Check the path; GET / lists the entry points.'),
  route_not_found: kind(
    404,
    'No workflow at this path',
    'Compare the path with those in `nearest` or in GET /api/enrichment/workflows. A new row needs is_active and api_endpoint_url.',
  ),
  workflow_not_found: kind(
    404,
    'No workflow with this slug',
    'List the slugs with GET /api/enrichment/workflows.',
  ),
  method_not_allowed: kind(405, 'Method not allowed', 'Use a method listed in the Allow header.'),
  invalid_query: kind(422, 'Invalid query parameter', 'Fix the parameters listed in `errors`.'),
  invalid_request: kind(
    400,
    'The request is malformed',
    'Send a valid HTTP/1.1 request: one Host header, and a target that is a valid URL.',
  ),
  headers_too_large: kind(
    431,
    'The request headers are too large',
    'Send fewer or shorter headers and cookies.',
  ),
  key_missing: kind(
    401,
    'An API key is required',
    'Send an API key; operators create one with "npm run keys -- create".',
  ),
  key_unknown: kind(
    401,
    'Unknown API key',
    'Check that the key was copied completely and belongs to this gateway.',
  ),
  key_revoked: kind(401, 'The API key has been revoked', 'Ask an operator for a new one.'),
  key_expired: kind(401, 'The API key has expired', 'Ask an operator for a new one.'),
  key_invalid: kind(
    401,
    'The API key cannot be used',
    'Ask an operator to fix the key; "npm run keys -- list" shows what is wrong.',
  ),
  scope_missing: kind(
    403,
    'The API key lacks a scope',
    'Ask an operator for a key with the scope named in `needs`.',
  ),
  rate_limited: kind(
    429,
    'Too many requests per second with this API key',
    'Retry after the time in Retry-After.',
  ),
  quota_exceeded: kind(
    429,
    'The API key has used up its monthly quota',
    'Wait for the next month, or ask an operator for a higher quota.',
  ),
  auth_unavailable: kind(
    503,
    'API keys cannot be verified',
    'Try again shortly. An operator must restore the database connection, or raise KEYS_MAX_STALE_SECONDS.',
  ),
  host_not_allowed: kind(
    403,
    'The Host header is not allowed',
    'Add it to ALLOWED_HOSTS, or set AUTH=required.',
  ),
  origin_not_allowed: kind(
    403,
    'Requests from this origin are not allowed',
    'Add the origin to CORS_ORIGINS, or its host to ALLOWED_HOSTS.',
  ),
  not_ready: kind(503, 'The registry is not loaded yet', 'Try again shortly; if it persists, check the log.'),
  draining: kind(503, 'The process is shutting down', 'Send new requests to another replica.'),
  replicas_behind: kind(
    504,
    'Some replicas do not serve this version yet',
    'Wait again, or check the status of the replicas listed in `behind`.',
  ),
  database_unavailable: kind(
    503,
    'The database is unavailable',
    'Try again shortly; proxied calls are not affected.',
  ),
  not_installed: kind(501, "Rowgate's tables are not installed", 'Run "npm run migrate" on DATABASE_URL.'),
  internal_error: kind(500, 'Internal error', 'This is a bug in Rowgate: report it with the request_id.'),
  ...callErrorKinds,
} as const satisfies Record<string, ErrorKind>;

export type { ErrorKind };
export type ErrorCode = keyof typeof errorKinds;
/** The codes that `executeCall` can return. */
export type CallErrorCode = keyof typeof callErrorKinds;

/** One invalid part of a request, by JSON pointer (RFC 6901) into the body or by the name of a query parameter. */
export type FieldError = Readonly<
  {
    message: string;
    /** What was expected there, in plain English. */
    expected?: string;
  } & ({ pointer: string } | { parameter: string })
>;

/** An error as a value. `detail` says what happened to this request, for a person who reads it in a table cell. */
export type Problem<Code extends ErrorCode = ErrorCode> = Readonly<{
  code: Code;
  detail: string;
  errors?: readonly FieldError[];
  /** Further members of the document, such as the nearest paths of a 404. */
  extra?: Readonly<Record<string, unknown>>;
  /** Headers that belong to this error: Allow, Retry-After, Proxy-Status. */
  headers?: Readonly<Record<string, string>>;
  /** The underlying error, for the log only. */
  cause?: unknown;
}>;

/** A problem that a call can end in. */
export type ProblemOfCall = Problem<CallErrorCode>;
