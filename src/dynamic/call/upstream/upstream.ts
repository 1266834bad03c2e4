import { Readable } from 'node:stream';
import { Agent, buildConnector, Pool } from 'undici';
import type { Hop } from '../../../modal/hop.ts';
import type { RouteDefinition } from '../../../schemas/route-definition.ts';
import type { CallClock } from '../call-clock.ts';
import type { FunctionResponse } from '../call-result.ts';
import type { BufferBudget } from '../limits/buffer-budget.ts';
import { largeBytes, piecesOf } from '../large-bytes.ts';
import type { RequestBody } from '../read-body.ts';
import { followHops, type HopListener, resumeFrom } from './follow-hops.ts';
import { guardedConnector } from './guarded-connect.ts';
import { noticingResets } from './reset-connections.ts';
import { createSendRequest, type FunctionRequest } from './send-request.ts';

/** One call of a function; the same for each of its attempts. */
export type UpstreamCall = Readonly<{
  route: RouteDefinition;
  /** The query with its `?`, or the empty string. */
  query: string;
  /** Flat list of header names and values, `host` included. */
  headers: string[];
  body: RequestBody;
  /** Where to load the result from, instead of calling the function. */
  resume: Hop | undefined;
  hops: HopListener;
}>;

export type Upstream = Readonly<{
  /**
   * Calls the function once.
   *
   * @throws what undici throws, RedirectRefusedError, HopFailedError, InvalidResponseError, AddressRefusedError,
   *   RequestBodyError; the reason of an interruption.
   */
  attempt: (call: UpstreamCall, clock: CallClock) => Promise<FunctionResponse>;
  close: () => Promise<void>;
}>;

export type UpstreamOptions = Readonly<{
  /** An origin that every call is sent to instead of the row's, with the row's `Host` kept. */
  connectTo: string | null;
  /** The header lines that authenticate Rowgate to a host; none for hosts of other workspaces. */
  credentialsFor: (host: string) => readonly string[];
  /** Each function URL on Modal is an origin. As many as calls may be in flight, so that no call waits in the pool unnoticed. */
  maxConnectionsPerOrigin: number;
  budget: BufferBudget;
}>;

/** How much of a streamed request body may wait in memory. */
const streamedBytes = 64 * 1024;

/**
 * The only place that calls functions. Keeps a connection pool per origin, never decompresses, and follows no redirects
 * except Modal's 303 chain (follow-hops.ts).
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { connectTo, credentialsFor, budget } = options;
  const agent = new Agent({
    connections: options.maxConnectionsPerOrigin,
    pipelining: 1,
    // Only a stand-in for Modal may be called at a private address.
    connect: noticingResets(connectTo === null ? guardedConnector() : buildConnector({ allowH2: false })),
    // Calls to a stand-in are pooled by function, too: each call searches its pool for a free connection.
    factory: (origin, poolOptions) => new Pool(connectTo ?? origin, poolOptions),
    allowH2: false,
    // undici's own timers are coarse and default to 300 s: the deadline is the only clock of a call.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const send = createSendRequest(agent, budget);
  return {
    attempt: (call, clock) => {
      const request = requestOf(call, credentialsFor);
      const context = { send, clock, hops: call.hops };
      if (call.resume !== undefined) return resumeFrom(call.resume, request, context);
      return send(request, clock, false, (redirect) => followHops(redirect, request, context));
    },
    close: () => agent.destroy(),
  };
}

function requestOf(
  { route, query, headers, body }: UpstreamCall,
  credentialsFor: UpstreamOptions['credentialsFor'],
): FunctionRequest {
  const { origin, host, pathname } = route.functionUrl;
  const credentials = credentialsFor(host);
  // A body has no meaning on a GET, and some servers close the connection (RFC 9110 section 9.3.1).
  const isBodyless = route.method === 'GET';
  const payload = isBodyless ? null : payloadOf(body);
  const length = payload === null || payload instanceof Uint8Array ? null : lengthOf(body);
  return {
    origin,
    host,
    path: pathname + query,
    method: route.method,
    // undici does not know the length of a streamed body by itself.
    headers: withLines(
      headers,
      length === null ? credentials : ['content-length', String(length), ...credentials],
    ),
    body: payload,
  };
}

function lengthOf(body: RequestBody): number | null {
  return body.kind === 'buffered' ? (body.bytes?.byteLength ?? null) : body.announcedBytes;
}

/** Most calls need no further lines, and therefore no copy. */
function withLines(lines: string[], more: readonly string[]): string[] {
  return more.length === 0 ? lines : [...lines, ...more];
}

function payloadOf(body: RequestBody): Uint8Array | Readable | null {
  if (body.kind === 'streamed') return readableOf(body.chunks);
  const { bytes } = body;
  return bytes === null || bytes.byteLength <= largeBytes ? bytes : readableOf(piecesOf(bytes));
}

function readableOf(chunks: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(chunks, { objectMode: false, highWaterMark: streamedBytes });
}
