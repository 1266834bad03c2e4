import type { ProblemOfCall } from '../../errors.ts';
import { quoted } from '../../json-schema/quoted.ts';

/** RFC 9110 section 12.5.3: the response says which codings are accepted. */
export function encodingUnsupported(encoding: string): ProblemOfCall {
  return {
    code: 'content_encoding_unsupported',
    detail: `The body has the Content-Encoding ${quoted(encoding)}, but this workflow validates its bodies, which must be uncompressed (identity); the function has not seen this call.`,
    headers: { 'accept-encoding': 'identity' },
  };
}

/** RFC 9209 section 2.3.24: the error is the gateway's, not the function's. */
const retrySoon = { 'retry-after': '1', 'proxy-status': 'rowgate; error=proxy_internal_response' } as const;

export const tooManyBodies: ProblemOfCall = {
  code: 'validation_unavailable',
  detail: 'Too many bodies are waiting to be validated by this gateway; the function has not seen this call.',
  headers: retrySoon,
};

export function validationFailed(cause: unknown): ProblemOfCall {
  return {
    code: 'validation_unavailable',
    detail:
      'The thread that was validating this body ended unexpectedly; the function has not seen this call.',
    headers: retrySoon,
    cause,
  };
}
