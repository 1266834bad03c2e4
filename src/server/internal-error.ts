import type { Problem } from '../errors.ts';

/** What the caller gets after an unexpected error. */
export const internalError: Problem = {
  code: 'internal_error',
  detail: 'Rowgate failed to handle this request; its log contains the error under the request_id.',
};
