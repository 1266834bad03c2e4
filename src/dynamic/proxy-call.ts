import type { Problem } from '../errors.ts';
import { classifyPlatformError } from '../modal/platform-errors.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import { readBody } from './request-body.ts';
import { requestHeaders } from './request-headers.ts';
import { traceOf } from './request-identity.ts';
import { methodNotAllowed } from './routing-problems.ts';
import { upstreamQuery } from './target.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';
import { problemOfFault } from './upstream-fault.ts';

/** How one request of a mounted route ended. */
export type Outcome =
  | Readonly<{ kind: 'answered'; answer: UpstreamAnswer; upstreamMs: number }>
  | Readonly<{ kind: 'refused'; problem: Problem; upstreamMs: number }>
  | Readonly<{ kind: 'caller_gone' }>;

export type ProxyCallOptions = Readonly<{
  upstream: Upstream;
  maxBodyBytes: number;
  now: () => number;
  newId: () => string;
}>;

/** Reads the request's body, calls the route's function, and tells its answer from an error of the platform. */
export async function proxyCall(
  { upstream, maxBodyBytes, now, newId }: ProxyCallOptions,
  request: Request,
  route: RouteDefinition,
  query: string,
  requestId: string,
): Promise<Outcome> {
  if (request.method !== route.method) {
    return { kind: 'refused', problem: methodNotAllowed(request.method, route), upstreamMs: 0 };
  }
  const body = await readBody(request, maxBodyBytes);
  if (!body.ok) return { kind: 'refused', problem: body.problem, upstreamMs: 0 };
  const { traceparent, continued } = traceOf(request.headers.get('traceparent'), newId);
  const added = { host: route.functionUrl.host, requestId, traceparent, dropTraceState: !continued };
  const calledAt = now();
  try {
    const answer = await upstream.call({
      route,
      query: upstreamQuery(route.functionUrl.search, query),
      headers: requestHeaders(request.headers, added),
      body: body.bytes,
      callerGone: request.signal,
    });
    const upstreamMs = now() - calledAt;
    const problem = problemOfAnswer(answer);
    if (problem === null) return { kind: 'answered', answer, upstreamMs };
    await answer.discard();
    return { kind: 'refused', problem, upstreamMs };
  } catch (error) {
    if (request.signal.aborted) return { kind: 'caller_gone' };
    const problem = problemOfFault(error, route.timeoutSeconds);
    if (problem === null) throw error;
    return { kind: 'refused', problem, upstreamMs: now() - calledAt };
  }
}

/** Redirects are the platform's own business (a 303 leads to a secret result URL): none is passed on. */
function problemOfAnswer({ status, headers, body }: UpstreamAnswer): Problem | null {
  if (status < 200 || status > 599)
    return badAnswer('upstream_invalid_response', `It has the status ${status}.`);
  if (status >= 300 && status < 400 && status !== 304) {
    return badAnswer(
      'upstream_redirected',
      `The function answered ${status}, a redirect, in place of a result.`,
    );
  }
  if (status < 400 || body.rest !== null) return null;
  const contentType = headers['content-type'];
  const type = typeof contentType === 'string' ? contentType : undefined;
  const platform = classifyPlatformError(status, type, Buffer.concat(body.chunks, body.size));
  if (platform === null) return null;
  const { code, detail, retryAfterSeconds } = platform;
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...badAnswer(code, detail), headers: { ...proxyStatus(status), ...retryAfter } };
}

function badAnswer(code: Problem['code'], detail: string): Problem {
  return { code, detail, headers: proxyStatus() };
}

/** RFC 9209 section 2.3.8 and 2.1.5: the answer came, but is not one to pass on. */
function proxyStatus(receivedStatus?: number): { 'proxy-status': string } {
  const received = receivedStatus === undefined ? '' : `; received-status=${receivedStatus}`;
  return { 'proxy-status': `rowgate; error=http_response_incomplete${received}` };
}
