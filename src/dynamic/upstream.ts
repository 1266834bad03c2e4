import { Readable } from 'node:stream';
import { Agent, Pool } from 'undici';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { guardedConnector } from './guarded-connect.ts';
import { holdAnswer } from './held-answer.ts';
import type { CallBody } from './request-body.ts';

/** One call of a function; the same for each of its tries. */
export type UpstreamCall = Readonly<{
  route: RouteDefinition;
  /** The query with its `?`, or the empty string. */
  query: string;
  /** Flat list of header names and values, `host` included. */
  headers: readonly string[];
  body: CallBody;
}>;

/** A function's answer. */
export type UpstreamAnswer = Exchanged;

export type Upstream = Readonly<{
  /**
   * Calls the function once.
   *
   * @throws what undici throws, RedirectRefusedError, AddressRefusedError, RequestBodyError; the signal's reason.
   */
  attempt: (call: UpstreamCall, signal: AbortSignal) => Promise<UpstreamAnswer>;
  close: () => Promise<void>;
}>;

export type UpstreamOptions = Readonly<{
  /** An origin that every call is sent to instead of the row's, with the row's `Host` kept. */
  connectTo: string | null;
  /** The header lines with which a host lets us in; none for hosts that are not ours. */
  credentialsFor: (host: string) => readonly string[];
  /** A function URL on Modal is one origin. As many as calls may be in flight, so that none waits unseen. */
  maxConnectionsPerOrigin: number;
  budget: BufferBudget;
}>;

/** How much of a streamed request body may wait in memory. */
const streamedBytes = 64 * 1024;

/**
 * The one place that calls functions. Keeps a pool of connections per origin; never decompresses, and follows
 * no redirects but Modal's 303 chain (exchange.ts).
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { connectTo, credentialsFor, budget } = options;
  const agent = new Agent({
    connections: options.maxConnectionsPerOrigin,
    pipelining: 1,
    // What stands in for Modal is the one thing that may be called on a private address.
    connect: connectTo === null ? guardedConnector() : { allowH2: false },
    // Also what goes to one stand-in is pooled by function: a pool is looked through for a free connection at each call.
    factory: (origin, poolOptions) => new Pool(connectTo ?? origin, poolOptions),
    allowH2: false,
    // undici's own timers are coarse and default to 300 s: the deadline is the only clock of a call.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    attempt: ({ route, query, headers, body: given }, signal) => {
      const { origin, host, pathname } = route.functionUrl;
      const body = route.method === 'GET' ? noBody : given;
      return exchange(
        agent,
        {
          origin,
          host,
          target: pathname + query,
          method: route.method,
          headers: [...headers, ...lengthOf(body), ...credentialsFor(host)],
          body: payloadOf(body),
        },
        (answer) => holdAnswer(answer, budget),
        signal,
      );
    },
    close: () => agent.destroy(),
  };
}

/** What a GET carries, whatever the caller sent: content means nothing there, and some servers close (RFC 9110 9.3.1). */
const noBody: CallBody = { payload: null, streamBytes: null, isRepeatable: true };

/** Of what is streamed, undici does not know the length by itself. */
function lengthOf({ streamBytes }: CallBody): readonly string[] {
  return streamBytes === null ? [] : ['content-length', String(streamBytes)];
}

function payloadOf({ payload }: CallBody): Uint8Array | Readable | null {
  if (payload === null || payload instanceof Uint8Array) return payload;
  return Readable.from(payload, { objectMode: false, highWaterMark: streamedBytes });
}
