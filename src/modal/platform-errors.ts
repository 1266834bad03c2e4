import type { CallErrorCode } from '../errors.ts';

/**
 * Whether a failed call may be retried: `safe` if user code cannot have run, `idempotent` only if the row is idempotent,
 * `never` if a retry would not help.
 */
export type RetryRule = 'safe' | 'idempotent' | 'never';

/** An error response of the platform, sent in place of the function's. */
export type PlatformError = Readonly<{
  code: CallErrorCode;
  detail: string;
  retry: RetryRule;
  /** The seconds after which a retry makes sense, if it does. */
  retryAfterSeconds?: number;
}>;

type Rule = PlatformError & Readonly<{ status: number; text: string }>;

const prefix = 'modal-http: ';
/** Platform errors are one line; a longer text is the function's own. */
export const maxTextBytes = 1024;
/** The one platform message that never has the prefix (docs/modal.md, "Errors of the platform"). */
const expiredText = 'Missing request, possibly due to expiry or cancellation';

/** Recognized without the prefix, too: nothing else would send this message. */
const spendLimit: Rule = {
  status: 429,
  text: 'Webhook failed: workspace billing cycle spend limit reached',
  code: 'spend_limit_reached',
  retry: 'never',
  detail: 'The Modal workspace has used up its budget for this billing cycle.',
  retryAfterSeconds: 3600,
};

/** First match wins. Matched by status and start of the text, since a spend limit looks like a rate limit. */
const rules: readonly Rule[] = [
  {
    status: 401,
    text: '',
    code: 'upstream_auth_failed',
    retry: 'never',
    detail: "Modal rejected this gateway's proxy-auth token, or requires one and received none.",
  },
  {
    status: 400,
    text: 'bad redirect method',
    code: 'upstream_bad_request',
    retry: 'never',
    detail: "Modal rejected this gateway's request for the result.",
  },
  {
    status: 404,
    text: 'invalid function call',
    code: 'function_not_deployed',
    retry: 'never',
    detail: "No function is deployed at this workflow's function URL.",
  },
  {
    status: 404,
    text: 'app for invoked web endpoint is stopped',
    code: 'function_stopped',
    retry: 'never',
    detail: "This workflow's app is stopped in Modal.",
  },
  {
    status: 404,
    text: 'workspace ',
    code: 'workspace_disabled',
    retry: 'never',
    detail: 'The Modal workspace of this workflow is disabled.',
  },
  spendLimit,
  {
    status: 500,
    text: 'internal error: function execution timed out',
    code: 'function_timed_out',
    retry: 'never',
    detail: 'Modal stopped the function because it ran longer than its own time limit.',
  },
  {
    status: 500,
    text: 'internal error: function was terminated by signal',
    code: 'function_crashed',
    retry: 'idempotent',
    detail: 'Modal killed the function, most likely because it ran out of memory.',
  },
];

const rateLimited: PlatformError = {
  code: 'upstream_rate_limited',
  retry: 'safe',
  detail: "Modal refused the call because it received too many at once; the function's code did not run.",
  retryAfterSeconds: 5,
};
const expired: PlatformError = {
  code: 'result_expired',
  retry: 'idempotent',
  detail: 'Modal lost this call or discarded its result; it is unknown whether the function did its work.',
  retryAfterSeconds: 5,
};
const unknown: PlatformError = {
  code: 'platform_error',
  retry: 'idempotent',
  detail: 'Modal failed while handling this call; it is unknown whether the function did its work.',
};

/**
 * Recognizes an error of Modal by status and text. Null means that the response is the function's own and is passed on
 * unchanged. Source: docs/modal.md, which has one row for each.
 *
 * @param contentType of the response; platform errors are text/plain.
 */
export function classifyPlatformError(
  status: number,
  contentType: string | undefined,
  body: Uint8Array,
): PlatformError | null {
  if (status < 400 || body.byteLength > maxTextBytes || contentType?.startsWith('text/plain') === false)
    return null;
  const text = Buffer.from(body).toString('latin1').trim();
  if (status === 408 && text.startsWith(expiredText)) return expired;
  if (status === spendLimit.status && text.startsWith(spendLimit.text)) return spendLimit;
  if (!text.startsWith(prefix)) return null;
  const message = text.slice(prefix.length);
  const rule = rules.find((known) => known.status === status && message.startsWith(known.text));
  return rule ?? (status === 429 ? rateLimited : unknown);
}
