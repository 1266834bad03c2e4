import pTimeout, { TimeoutError } from 'p-timeout';
import { Agent, type Dispatcher } from 'undici';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import { exchange } from './exchange.ts';
import { guardedConnector } from './guarded-connect.ts';
import { type HeldBody, holdBody, holdBytes } from './held-answer.ts';

/** One call of a function. */
export type UpstreamCall = Readonly<{
  route: RouteDefinition;
  /** The query with its `?`, or the empty string. */
  query: string;
  /** Flat list of header names and values, `host` included. */
  headers: string[];
  body: Uint8Array;
  /** Fires when the caller has gone away. */
  callerGone: AbortSignal;
}>;

/** A function's answer, held as far as it goes (held-answer.ts). */
export type UpstreamAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: HeldBody;
  /** To be called once a streamed rest has ended, whichever way: ends the watch over its deadline. */
  release: () => void;
  /** To be called in place of reading the rest: ends the call. */
  discard: () => Promise<void>;
}>;

export type Upstream = Readonly<{
  call: (call: UpstreamCall) => Promise<UpstreamAnswer>;
  close: () => Promise<void>;
}>;

/** A function URL on Modal is one origin; more calls than this at once to one of them wait for a free connection. */
const maxConnectionsPerOrigin = 4096;

export type UpstreamOptions = Readonly<{
  /** An origin that every call is sent to instead of the row's, with the row's `Host` kept. */
  connectTo: string | null;
  /** The header lines with which a host lets us in; none for hosts that are not ours. */
  credentialsFor: (host: string) => readonly string[];
}>;

/**
 * The one place that calls functions. Keeps a pool of connections per origin; never decompresses, and follows
 * no redirects but Modal's 303 chain (exchange.ts).
 */
export function createUpstream({ connectTo, credentialsFor }: UpstreamOptions): Upstream {
  const agent = new Agent({
    connections: maxConnectionsPerOrigin,
    pipelining: 1,
    // What stands in for Modal is the one thing that may be called on a private address.
    connect: connectTo === null ? guardedConnector() : { allowH2: false },
    allowH2: false,
    // undici's own timers are coarse and default to 300 s: the deadline below is the only clock of a call.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    call: (call) =>
      callWithDeadline(call, (signal) => {
        const { route, query, body } = call;
        const { origin, host, pathname } = route.functionUrl;
        const wire = {
          origin: connectTo ?? origin,
          host,
          target: pathname + query,
          method: route.method,
          headers: [...call.headers, ...credentialsFor(host)],
          body: body.byteLength === 0 ? null : body,
        };
        return exchange(agent, wire, signal);
      }),
    close: () => agent.destroy(),
  };
}

/** p-timeout rejects and leaves the work running, so the controller ends it as well. */
async function callWithDeadline(
  call: UpstreamCall,
  send: (signal: AbortSignal) => Promise<Dispatcher.ResponseData>,
): Promise<UpstreamAnswer> {
  const { timeoutSeconds } = call.route;
  const controller = new AbortController();
  const abort = (): void => controller.abort(call.callerGone.reason);
  call.callerGone.addEventListener('abort', abort, { once: true });
  const deadlineAt = performance.now() + timeoutSeconds * 1000;
  try {
    call.callerGone.throwIfAborted();
    const answering = send(controller.signal).then(held);
    const answer = await pTimeout(answering, { milliseconds: timeoutSeconds * 1000 });
    const left = deadlineAt - performance.now();
    const timer =
      answer.body.rest === null ? undefined : setTimeout(() => controller.abort(new TimeoutError()), left);
    const release = (): void => {
      clearTimeout(timer);
      call.callerGone.removeEventListener('abort', abort);
    };
    if (answer.body.rest === null) release();
    const discard = async (): Promise<void> => {
      release();
      await answer.body.rest?.return?.();
    };
    return { ...answer, release, discard };
  } catch (error) {
    call.callerGone.removeEventListener('abort', abort);
    controller.abort(error);
    throw error;
  }
}

async function held({ statusCode: status, headers, body }: Dispatcher.ResponseData) {
  const limit = isEventStream(headers['content-type']) ? -1 : holdBytes;
  return { status, headers, body: await holdBody(body, limit) };
}

function isEventStream(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && contentType.toLowerCase().startsWith('text/event-stream');
}
