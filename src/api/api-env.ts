import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { notReady } from '../dynamic/http/routing-problems.ts';
import type { Snapshot } from '../dynamic/registry/snapshot.ts';
import type { RegistryStore } from '../dynamic/registry/store.ts';
import type { ProblemContext } from '../problem-document.ts';
import type { AdmittedRequest } from '../server/admitted-request.ts';
import { headerPairs } from '../server/header-lines.ts';
import { problemResponse } from '../server/problem-response.ts';

/** What Hono carries with a request of a fixed route. */
export type ApiEnv = {
  Bindings: {
    /** The request as the gate let it in. */
    admitted: AdmittedRequest;
  };
  Variables: {
    /** The snapshot that this request lives in, for routes behind `withSnapshot`. */
    snapshot: Snapshot;
  };
};

/**
 * Says the request's id in its response, and by whom it may be read. Said beforehand: a header that is set on a finished
 * response makes Hono copy its body. Problem documents say the id by themselves.
 */
export function withCommonHeaders() {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const { requestId, crossOriginHeaders } = c.env.admitted;
    c.header('x-request-id', requestId);
    c.header('x-content-type-options', 'nosniff');
    await next();
    for (const [name, value] of headerPairs(crossOriginHeaders)) c.header(name, value, { append: true });
  });
}

/** Reads the current snapshot once for the whole request, or responds that there is none yet. */
export function withSnapshot(store: RegistryStore) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const snapshot = store.current();
    if (snapshot === undefined) return problemResponse(notReady, contextOf(c));
    c.set('snapshot', snapshot);
    await next();
    return undefined;
  });
}

/** Who asks what, for a problem document; the path as it was sent, so that it is a URI. */
export function contextOf(c: Context<ApiEnv>): ProblemContext {
  const { target, requestId } = c.env.admitted;
  return { instance: target.path, requestId };
}
