import {
  errorKinds,
  type Problem,
  type ProblemContext,
  problemContentType,
  problemDocument,
} from '../errors.ts';

/** A problem as an HTTP answer (RFC 9457 section 3), with the headers of the problem itself and any further ones. */
export function problemResponse(
  problem: Problem,
  context: ProblemContext,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(problemDocument(problem, context)), {
    status: errorKinds[problem.code].status,
    headers: {
      'x-request-id': context.requestId,
      ...headers,
      ...problem.headers,
      'content-type': problemContentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
