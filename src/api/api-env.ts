import { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Caller } from '../auth/key-ring.ts';
import type { CallerConnection } from '../dynamic/dispatcher.ts';
import { createMiddleware } from 'hono/factory';
import type { Context } from 'hono';
import { problemResponse } from '../dynamic/problem-response.ts';
import { requestIdOf } from '../dynamic/request-identity.ts';
import { notReady } from '../dynamic/routing-problems.ts';
import type { Snapshot } from '../dynamic/snapshot.ts';
import type { RegistryStore } from '../dynamic/store.ts';
import { parseTarget } from '../dynamic/target.ts';
import type { ProblemContext } from '../errors.ts';

/** What Hono carries with a request of a fixed route. */
export type ApiEnv = {
  /** Absent without a socket, as in `app.request()`. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** The snapshot that this request lives in, for routes behind `withSnapshot`. */
    snapshot: Snapshot;
    requestId: string;
    /** Whose key the request came with; null where none was asked for. */
    caller: Caller | null;
  };
};

/**
 * Gives every request of a fixed route an id, and says it in the answer. Said beforehand: a header that is set on a
 * finished answer makes Hono copy its body. Problem documents say both by themselves.
 */
export function withRequestId() {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const requestId = requestIdOf(c.req.header('x-request-id'), newId);
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    c.header('x-content-type-options', 'nosniff');
    await next();
  });
}

/** Reads the current snapshot once for the whole request, or answers that there is none yet. */
export function withSnapshot(store: RegistryStore) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const snapshot = store.current();
    if (snapshot === undefined) return problemResponse(notReady, contextOf(c));
    c.set('snapshot', snapshot);
    await next();
    return undefined;
  });
}

/**
 * Who asks what, for a problem document; the path as it was sent, so that it is a URI. A proxied call has been through
 * no middleware, so it may have no id here.
 */
export function contextOf(c: Context<ApiEnv>): ProblemContext {
  const requestId: string | undefined = c.get('requestId');
  return {
    instance: parseTarget(rawTargetOf(c)).path,
    requestId: requestId ?? requestIdOf(c.req.header('x-request-id'), newId),
  };
}

function newId(): string {
  return crypto.randomUUID();
}

/**
 * The request target as it came over the wire; without a socket, as the URL has it. Hono's own `c.req.path` is
 * decoded once, which would give one route several spellings.
 */
export function rawTargetOf(c: Context<ApiEnv>): string {
  return c.env?.incoming?.url ?? c.req.url;
}

/** The caller's connection; undefined without a socket. */
export function connectionOf(c: Context<ApiEnv>): CallerConnection | undefined {
  const { incoming, outgoing } = c.env ?? {};
  if (!(incoming instanceof IncomingMessage) || outgoing === undefined) return undefined;
  // The end of the connection is the end of the body in HTTP/1.0 (RFC 9112 section 6.3), so there it must not look like one.
  const cut = (): unknown =>
    incoming.httpVersion === '1.0' ? outgoing.socket?.resetAndDestroy() : outgoing.destroy();
  return { incoming, cut };
}
