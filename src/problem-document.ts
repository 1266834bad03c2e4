import { errorKinds, type Problem } from './errors.ts';

/** Where a problem happened. */
export type ProblemContext = Readonly<{ instance: string; requestId: string; workflowSlug?: string }>;

/** The media type of every error body (RFC 9457 section 3). */
export const problemContentType = 'application/problem+json';

/** Longer paths are cut. */
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
