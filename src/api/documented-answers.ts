import type { z } from '@hono/zod-openapi';
import { problemContentType } from '../errors.ts';
import { ProblemDocument } from '../schemas/problem.ts';

/** A JSON answer for a route's documentation. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** The problem answers of fixed routes, to be spread into a route's `responses`. */
export const notFoundAnswer = { 404: problemAnswer('There is no such thing.') };
export const invalidAnswer = { 422: problemAnswer('A parameter is not valid; errors[] says which.') };
export const notReadyAnswer = { 503: problemAnswer('The registry is not loaded yet.') };

/** What Node's HTTP parser answers before any route is asked, without a body: all that can be wrong with a bare GET. */
export const malformedAnswer = {
  '4XX': { description: 'The request is no HTTP (400), or its headers are too large (431).' },
};

function problemAnswer(description: string) {
  return { description, content: { [problemContentType]: { schema: ProblemDocument } } };
}
