import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { answerProblem, endWithProblem, onBrokenConnection } from './broken-connections.ts';
import { drain } from './drain.ts';
import { problemResponse } from './dynamic/problem-response.ts';
import type { Problem } from './errors.ts';
import { Latin1Response } from './latin1-response.ts';
import { framingFault } from './request-framing.ts';
import { parseRequestTarget } from './server/request-target.ts';

type FetchCallback = Parameters<typeof getRequestListener>[0];

/** How long a request may take to arrive, in milliseconds; the work on it is bounded elsewhere. */
export type Patience = Readonly<{
  /** From the first byte, or from the connection where none comes, to the end of the headers. */
  headersMs: number;
  /** To the end of the body. */
  requestMs: number;
  /** How often this is checked. */
  checkEveryMs: number;
}>;

export type ListenOptions = Readonly<{
  fetch: FetchCallback;
  host: string;
  port: number;
  maxBodyBytes: number;
  patience?: Patience | undefined;
}>;

export type HttpServer = Readonly<{
  /** Where it listens, with a name that a browser on this machine can open. */
  url: string;
  /** Stops within `graceMs`, losing no request that can be answered by then (drain.ts). */
  close: (graceMs: number) => Promise<void>;
}>;

/** Longer than balancers keep idle connections (60 s is usual), so that it is they who close them. */
const keepAliveTimeoutMs = 65_000;
/**
 * Connections that the kernel holds until the process takes them; it has its own limit too (net.core.somaxconn, 4096). By
 * Node's 511, 188 of 10,000 callers that came within seconds were reset while the event loop was busy for 0.3 s.
 */
const backlog = 4_096;
/** The slowest upload that is waited for: 500 KB/s, after the minute that any request has. */
const slowestBytesPerMs = 500;
const anyRequestMs = 60_000;

/** 20 s for the headers, a minute and the time of the largest body at 500 KB/s for the whole. */
function usualPatience(maxBodyBytes: number): Patience {
  const requestMs = anyRequestMs + Math.ceil(maxBodyBytes / slowestBytesPerMs);
  return { headersMs: 20_000, requestMs, checkEveryMs: 1_000 };
}

/**
 * Listens for HTTP/1.1.
 *
 * @throws Error that names the port and the remedy where it is taken or not allowed.
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const { fetch, host, port, maxBodyBytes, patience = usualPatience(maxBodyBytes) } = options;
  // A request without a Host, as HTTP/1.0 may send it, still needs one for its URL.
  const answer = getRequestListener(fetch, { errorHandler: refuseRequest, hostname: 'localhost' });
  const open = new Set<ServerResponse>();
  let areClosed = false;
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    open.add(outgoing);
    outgoing.once('close', () => open.delete(outgoing));
    if (areClosed) outgoing.shouldKeepAlive = false;
    const fault = framingFault(incoming) ?? targetFault(incoming);
    if (fault === null) void answer(incoming, outgoing);
    else answerProblem(outgoing, fault);
  };
  const server = createServer(
    {
      keepAliveTimeout: keepAliveTimeoutMs,
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.checkEveryMs,
      insecureHTTPParser: false,
      ServerResponse: Latin1Response,
      // Told by framingFault, in words.
      requireHostHeader: false,
    },
    serve,
  );
  // Headers past this count would be dropped without a word; framingFault refuses them.
  server.maxHeadersCount = 0;
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A body that is too large to be taken is not asked for: its 413 needs none of it.
    if (Number(incoming.headers['content-length'] ?? 0) <= maxBodyBytes) outgoing.writeContinue();
    serve(incoming, outgoing);
  });
  // Other expectations are ignored (RFC 9110 section 10.1.1 allows 417, which no caller of ours would understand).
  server.on('checkExpectation', serve);
  server.on('connect', (_, socket) => endWithProblem(socket, noTunnel));
  server.on('clientError', (error, socket) => onBrokenConnection(error, socket, open));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ port, host, backlog }, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${displayHost(host)}:${actualPort}`,
    close: (graceMs) =>
      drain(server, graceMs, (does) => {
        areClosed = does;
        if (does) for (const outgoing of open) outgoing.shouldKeepAlive = false;
      }),
  };
}

const shownPathLength = 200;

/** A path that would be rewritten is refused before the gate is asked about it. */
function targetFault({ url = '' }: IncomingMessage): Problem | null {
  if (url === '*' || parseRequestTarget(url) !== null) return null;
  const detail = `${url.slice(0, shownPathLength)} is not a path in its normal form: send it without dot segments and with unsafe characters percent-encoded.`;
  return { code: url.startsWith('/run/') ? 'route_not_found' : 'not_found', detail };
}

const noTunnel: Problem = {
  code: 'invalid_request',
  detail: 'CONNECT is for forward proxies; this is a gateway.',
};

/** A request that no Request object can be made of: its Host or its target is not that of a URL. */
function refuseRequest(error: unknown): Response {
  const detail = `The request cannot be understood: ${error instanceof Error ? error.message : 'malformed'}.`;
  return problemResponse(
    { code: 'invalid_request', detail },
    { instance: '/', requestId: crypto.randomUUID() },
  );
}

function displayHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const causes: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: stop the other process, or set PORT to a free port (PORT=0 picks one)`,
    EACCES: `port ${port} needs more rights: set PORT to 1024 or higher`,
    EADDRNOTAVAIL: `this machine has no address ${host}: set HOST to one of its own, or to 127.0.0.1`,
    ENOTFOUND: `the host ${host} is not known: set HOST to an address of this machine`,
  };
  const cause = causes[error.code ?? ''] ?? error.message;
  return new Error(`Cannot listen on ${host}:${port}: ${cause}.`, { cause: error });
}
