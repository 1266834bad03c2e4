import type { ServerResponse } from 'node:http';
import { errorKinds, type Problem } from '../errors.ts';
import { type ProblemContext, problemContentType, problemDocument } from '../problem-document.ts';

/** The headers of every problem response; they replace any others of the same name. */
export const problemHeaders = {
  'content-type': problemContentType,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Writes a problem as the whole response (RFC 9457 section 3), and ends it.
 *
 * @param lines further header lines, as a flat list of names and values.
 * @returns the size of the body in bytes.
 */
export function writeProblem(
  outgoing: ServerResponse,
  problem: Problem,
  context: ProblemContext,
  lines: readonly string[] = [],
): number {
  const body = Buffer.from(JSON.stringify(problemDocument(problem, context)));
  const own = { ...problem.headers, ...problemHeaders };
  outgoing.writeHead(errorKinds[problem.code].status, [
    'x-request-id',
    context.requestId,
    'content-length',
    String(body.byteLength),
    ...lines,
    ...Object.entries(own).flat(),
  ]);
  outgoing.end(body);
  return body.byteLength;
}
