import { errorKinds, type Problem } from '../errors.ts';
import { type ProblemContext, problemDocument } from '../problem-document.ts';
import { problemHeaders } from './write-problem.ts';

/** Creates the Response of a problem (RFC 9457 section 3), with the problem's own headers and any others. */
export function problemResponse(
  problem: Problem,
  context: ProblemContext,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(problemDocument(problem, context)), {
    status: errorKinds[problem.code].status,
    headers: { 'x-request-id': context.requestId, ...headers, ...problem.headers, ...problemHeaders },
  });
}
