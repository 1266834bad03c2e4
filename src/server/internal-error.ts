import type { Problem } from '../errors.ts';

/** What a caller is told of a fault that nobody foresaw. */
export const internalError: Problem = {
  code: 'internal_error',
  detail: 'Rowgate failed while it handled this request; the fault is in its log under the request_id.',
};
