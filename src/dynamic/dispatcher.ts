import type { Readable } from 'node:stream';
import { errorKinds, type Problem } from '../errors.ts';
import type { Observe } from '../observation.ts';
import { answerResponse } from './answer-response.ts';
import { deprecationOf } from './deprecation.ts';
import { createPathHints } from './path-hints.ts';
import { problemResponse } from './problem-response.ts';
import { type Outcome, type ProxyCallOptions, proxyCall } from './proxy-call.ts';
import { requestIdOf } from './request-identity.ts';
import { notReady, routeNotFound } from './routing-problems.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { RegistryStore } from './store.ts';
import { parseTarget } from './target.ts';

export type DispatcherOptions = Readonly<{ store: RegistryStore; observe: Observe }> & ProxyCallOptions;

/**
 * Answers one request under /run from the current snapshot, read once.
 *
 * @param rawTarget the request target as it was sent (RFC 9112 section 3.2), nothing decoded.
 */
export type Dispatch = (
  request: Request,
  rawTarget: string,
  connection?: CallerConnection,
) => Promise<Response>;

/** The caller's connection, where there is one. */
export type CallerConnection = Readonly<{
  /** The request as Node has it. */
  incoming: Readable;
  /** Destroys it in the middle of an answer. */
  cut: () => void;
}>;

/** The way of one request: match in the current snapshot, call the function, tell what happened, answer. */
export function createDispatcher(options: DispatcherOptions): Dispatch {
  const { store, observe, now, newId } = options;
  const hints = createPathHints(now);
  return async (request, rawTarget, connection) => {
    const startedAt = now();
    const requestId = requestIdOf(request.headers.get('x-request-id'), newId);
    const target = parseTarget(rawTarget);
    const snapshot = store.current();
    if (snapshot === undefined) return problemResponse(notReady, { instance: target.path, requestId });
    const route = snapshot.table.match(target.path);
    if (route === undefined) {
      const nearest = hints(target.path, snapshot.table);
      return problemResponse(routeNotFound(target.path, nearest), { instance: target.path, requestId });
    }

    if (request.method === 'OPTIONS') return optionsResponse(route, requestId);
    const { incoming } = connection ?? {};
    const outcome = await proxyCall(options, { request, incoming, route, query: target.query, requestId });
    const { upstreamMs, attempts } = outcome;
    const { status, problem } = summary(outcome);
    const gatewayMs = now() - startedAt - upstreamMs;
    observe({
      kind: 'call_finished',
      requestId,
      slug: route.slug,
      status,
      code: problem?.code ?? null,
      upstreamMs: tenths(upstreamMs),
      gatewayMs: tenths(gatewayMs),
      attempts,
      cause: problem?.cause,
    });
    const added = {
      'x-request-id': requestId,
      'x-workflow': encodeURIComponent(route.slug),
      'x-registry-version': snapshot.version,
      'server-timing': `upstream;dur=${tenths(upstreamMs)}, gateway;dur=${tenths(gatewayMs)}, attempts;desc="${attempts}"`,
      ...deprecationOf(route),
    };
    if (outcome.kind === 'caller_gone') return new Response(null, { status });
    if (outcome.kind === 'refused') {
      const context = { instance: target.path, requestId, workflowSlug: route.slug };
      return problemResponse(outcome.problem, context, added);
    }
    const onEnd = (error: unknown): void => {
      if (error !== undefined) observe({ kind: 'answer_cut', requestId, slug: route.slug, error });
    };
    options.contracts.answered(route, outcome.answer);
    const wantsBody = request.method !== 'HEAD';
    return answerResponse(outcome.answer, added, { wantsBody, onEnd, cut: connection?.cut });
  };
}

/** Milliseconds to one decimal: finer is noise. */
function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** nginx's status for a caller that closed the connection; it is only logged, since nobody is there to get it. */
const callerGoneStatus = 499;

function summary(outcome: Outcome): Readonly<{ status: number; problem: Problem | null }> {
  switch (outcome.kind) {
    case 'answered':
      return { status: outcome.answer.status, problem: null };
    case 'refused':
      return { status: errorKinds[outcome.problem.code].status, problem: outcome.problem };
    case 'caller_gone':
      return { status: callerGoneStatus, problem: null };
  }
}

/** RFC 9110 section 9.3.7: what may be asked of a route; the function is not called. */
function optionsResponse({ method }: RouteDefinition, requestId: string): Response {
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`;
  return new Response(null, { status: 204, headers: { allow, 'x-request-id': requestId } });
}
