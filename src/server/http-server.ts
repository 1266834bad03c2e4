import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Observe } from '../observability/observation.ts';
import { createRefusals } from './connections/broken-connections.ts';
import { createConnections } from './connections/connections.ts';
import { continueWhenRead } from './connections/continue-when-read.ts';
import { drain } from './connections/drain.ts';
import type { CrossOrigin } from './cross-origin.ts';
import { ownResponse } from './own-response.ts';
import { framingFault } from './request-framing.ts';
import type { RequestHandler } from './request-handler.ts';

/** How long a request may take to arrive, in milliseconds; its processing has other limits. */
export type RequestTimeouts = Readonly<{
  /** From the first byte, or from the start of the connection if none arrives, to the end of the headers. */
  headersMs: number;
  /** To the end of the body. */
  requestMs: number;
  /** How often these limits are checked. */
  checkEveryMs: number;
}>;

export type ListenOptions = Readonly<{
  handle: RequestHandler;
  observe: Observe;
  host: string;
  port: number;
  maxBodyBytes: number;
  /** Lets pages of other origins read the listener's own refusals; null or absent if none may call. */
  crossOrigin?: CrossOrigin | null;
  timeouts?: RequestTimeouts | undefined;
}>;

export type HttpServer = Readonly<{
  /** Where it listens, with a host name that a browser on this machine can open. */
  url: string;
  /** Stops within `graceMs` without losing a request whose response can be sent by then (drain.ts). */
  close: (graceMs: number) => Promise<void>;
}>;

/** Longer than load balancers keep idle connections (60 s is usual), so that they are the ones to close them. */
const keepAliveTimeoutMs = 65_000;
/**
 * The number of connections that the kernel queues until the process accepts them; the kernel has its own limit, too
 * (net.core.somaxconn, 4096). With Node's 511, 188 of 10,000 callers that arrived within seconds were reset while the event
 * loop was busy for 0.3 s.
 */
const backlog = 4_096;
/** The slowest upload that is accepted: 500 KB/s, on top of the minute that every request gets. */
const slowestBytesPerMs = 500;
const anyRequestMs = 60_000;

/** 20 s for the headers; for the whole request a minute, plus the time that the largest body takes at 500 KB/s. */
function defaultTimeouts(maxBodyBytes: number): RequestTimeouts {
  const requestMs = anyRequestMs + Math.ceil(maxBodyBytes / slowestBytesPerMs);
  return { headersMs: 20_000, requestMs, checkEveryMs: 1_000 };
}

/**
 * Listens for HTTP/1.1.
 *
 * @throws Error that names the port and the fix, if the port is in use or not permitted.
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const { handle, observe, host, port, maxBodyBytes, crossOrigin = null } = options;
  const { timeouts = defaultTimeouts(maxBodyBytes) } = options;
  const connections = createConnections(() => performance.now());
  const refusals = createRefusals(observe, crossOrigin);
  let isClosing = false;
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const fault = framingFault(incoming);
    if (fault === null) handle(incoming, outgoing);
    else refusals.malformed(incoming, outgoing, fault);
  };
  const serveExpecting = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // A body that is too large is not requested: it gets a 413 unread.
    if (Number(incoming.headers['content-length'] ?? 0) <= maxBodyBytes) continueWhenRead(incoming, outgoing);
    serve(incoming, outgoing);
  };
  const arrived = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
    connections.arrived(incoming, outgoing, serve);
  const server = createServer(
    {
      keepAliveTimeout: keepAliveTimeoutMs,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      insecureHTTPParser: false,
      ServerResponse: ownResponse({ isClosing: () => isClosing, ended: connections.ended }),
      // framingFault refuses a missing Host, with an explanation.
      requireHostHeader: false,
    },
    arrived,
  );
  // Node would silently drop headers beyond this count; framingFault refuses them instead.
  server.maxHeadersCount = 0;
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    connections.arrived(incoming, outgoing, serveExpecting),
  );
  // Other expectations are ignored (RFC 9110 section 10.1.1 allows 417, which Rowgate's callers would not understand).
  server.on('checkExpectation', arrived);
  server.on('connection', connections.opened);
  server.on('connect', (incoming, socket) =>
    refusals.tunnel(incoming, socket, connections.unfinished(socket)),
  );
  server.on('clientError', (error, socket) =>
    refusals.brokenConnection(error, socket, connections.unfinished(socket)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ port, host, backlog }, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${displayHost(host)}:${actualPort}`,
    close: (graceMs) =>
      drain(server, graceMs, (close) => {
        isClosing = close;
      }),
  };
}

function displayHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** The command that shows which process listens on a port. */
function listenersCommand(port: number): string {
  if (process.platform === 'win32') return 'netstat -ano';
  return process.platform === 'linux' ? `ss -ltnp sport = :${port}` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const causes: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: choose another ("PORT=${port < 65_535 ? port + 1 : 0} npm start"; 0 picks a free one), or stop the process that "${listenersCommand(port)}" shows`,
    EACCES: `the process may not listen on port ${port}: set PORT to 1024 or higher`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: set HOST to one that is, or to 127.0.0.1`,
    ENOTFOUND: `the host ${host} cannot be resolved: set HOST to an address of this machine`,
  };
  const cause = causes[error.code ?? ''] ?? error.message;
  return new Error(`Cannot listen on ${host}:${port}: ${cause}.`, { cause: error });
}
