import type { ErrorCode } from '../errors.ts';

/**
 * Whether a call that failed may be made again: `safe` where user code cannot have run, `idempotent` where the row must
 * say so, `never` where it would not help.
 */
export type RetryRule = 'safe' | 'idempotent' | 'never';

/** An answer that the platform gave in the function's place. */
export type PlatformError = Readonly<{
  code: ErrorCode;
  detail: string;
  retry: RetryRule;
  /** Seconds after which another try makes sense, where that is so. */
  retryAfterSeconds?: number;
}>;

type Rule = PlatformError & Readonly<{ status: number; text: string }>;

const prefix = 'modal-http: ';
/** Platform errors are one line; a longer text is the function's own. */
export const maxTextBytes = 1024;
/** The one platform text that has never the prefix (docs/modal.md, "Errors made by the platform"). */
const expiredText = 'Missing request, possibly due to expiry or cancellation';

/** Taken for the platform's without the prefix too: nothing else would say these very words. */
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
    detail: 'Modal refused the proxy-auth token that this gateway sent, or wants one and got none.',
  },
  {
    status: 400,
    text: 'bad redirect method',
    code: 'upstream_bad_request',
    retry: 'never',
    detail: 'Modal refused how this gateway asked for the result.',
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
    detail: 'Modal killed the function, most likely because it used more memory than it has.',
  },
];

const rateLimited: PlatformError = {
  code: 'upstream_rate_limited',
  retry: 'safe',
  detail: "Modal refused the call because too many were made at once; the function's code did not run.",
  retryAfterSeconds: 5,
};
const expired: PlatformError = {
  code: 'result_expired',
  retry: 'idempotent',
  detail: 'Modal lost this call or dropped its result; whether the function did its work is unknown.',
  retryAfterSeconds: 5,
};
const unknown: PlatformError = {
  code: 'platform_error',
  retry: 'idempotent',
  detail: 'Modal failed while it handled this call; whether the function did its work is unknown.',
};

/**
 * Tells an error that Modal made from an answer of the function, by status and text, and names it. Null means that
 * the answer is the function's own and is passed on unchanged. Source: docs/modal.md, which has one line for each.
 *
 * @param contentType of the answer; platform errors are text/plain.
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
  const said = text.slice(prefix.length);
  const rule = rules.find((known) => known.status === status && said.startsWith(known.text));
  return rule ?? (status === 429 ? rateLimited : unknown);
}
