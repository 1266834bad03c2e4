import type { z } from '@hono/zod-openapi';
import { notReady } from '../../dynamic/http/routing-problems.ts';
import type { Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import { ProblemDocument } from '../../schemas/api-shapes/problem.ts';

const workflows = '/api/enrichment/workflows';
const requestId = 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11';

/** A JSON response in a route's documentation. */
export function documentedJson<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** The problem responses of fixed routes, to be spread into a route's `responses`. */
export const notFoundResponse = {
  404: documentedProblem('No workflow has this slug.', `${workflows}/nosuch`, {
    code: 'workflow_not_found',
    detail: 'The registry has no workflow with the slug nosuch.',
  }),
};
export const invalidQueryResponse = {
  422: documentedProblem('A query parameter is invalid; `errors` lists which.', workflows, {
    code: 'invalid_query',
    detail: 'is_active must be true or false.',
    errors: [{ parameter: 'is_active', message: 'must be true or false' }],
  }),
};
export const notReadyResponse = {
  503: documentedProblem('The registry is not loaded yet.', workflows, notReady),
};
/**
 * How Node's HTTP parser responds before a request reaches any route: all that can be wrong with a plain GET. Each status by
 * itself: orval 7 fails on `4XX`.
 */
export const malformedResponse = {
  400: documentedProblem('The request is not valid HTTP.', workflows, {
    code: 'invalid_request',
    detail: 'The request is malformed: it must have exactly one Host header, which must not be empty.',
  }),
  431: documentedProblem('The headers of the request are too large.', workflows, {
    code: 'headers_too_large',
    detail: 'The headers of the request are too large.',
  }),
};

/** A problem response in a route's documentation, with an example. */
export function documentedProblem(description: string, instance: string, problem: Problem) {
  const example = problemDocument(problem, { instance, requestId });
  return { description, content: { [problemContentType]: { schema: ProblemDocument, example } } };
}
