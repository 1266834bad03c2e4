import type { z } from '@hono/zod-openapi';
import { notReady } from '../../dynamic/http/routing-problems.ts';
import type { Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import { ProblemDocument } from '../../schemas/problem.ts';

const workflows = '/api/enrichment/workflows';
const requestId = 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11';

/** A JSON answer for a route's documentation. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** The problem answers of fixed routes, to be spread into a route's `responses`. */
export const notFoundAnswer = {
  404: problemAnswer('There is no such thing.', `${workflows}/nosuch`, {
    code: 'workflow_not_found',
    detail: 'The registry has no workflow with the slug nosuch.',
  }),
};
export const invalidAnswer = {
  422: problemAnswer('A parameter is not valid; errors[] says which.', workflows, {
    code: 'invalid_query',
    detail: 'is_active must be true or false.',
    errors: [{ parameter: 'is_active', message: 'must be true or false' }],
  }),
};
export const notReadyAnswer = {
  503: problemAnswer('The registry is not loaded yet.', workflows, notReady),
};
/** What Node's HTTP parser answers before any route is asked, without a body: all that can be wrong with a bare GET. */
export const malformedAnswer = {
  '4XX': { description: 'The request is no HTTP (400), or its headers are too large (431).' },
};

/** One problem answer with an example of it. */
export function problemAnswer(description: string, instance: string, problem: Problem) {
  const example = problemDocument(problem, { instance, requestId });
  return { description, content: { [problemContentType]: { schema: ProblemDocument, example } } };
}
