import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Problem, problemContentType, problemDocument } from './errors.ts';
import { problemResponse } from './dynamic/problem-response.ts';

type FetchCallback = Parameters<typeof getRequestListener>[0];

export type ListenOptions = Readonly<{
  fetch: FetchCallback;
  host: string;
  port: number;
}>;

export type HttpServer = Readonly<{
  /** Where it listens, with a name that a browser on this machine can open. */
  url: string;
  /** Takes no new connections, lets requests in flight finish for `graceMs`, then cuts what is left. */
  close: (graceMs: number) => Promise<void>;
}>;

/** Longer than balancers keep idle connections (60 s is usual), so that it is they who close them. */
const keepAliveTimeoutMs = 65_000;
/** How often connections that have become idle are closed while draining. */
const drainTickMs = 50;

/**
 * Listens for HTTP/1.1.
 *
 * @throws Error that names the port and the remedy where it is taken or not allowed.
 */
export async function listen({ fetch, host, port }: ListenOptions): Promise<HttpServer> {
  const options = {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: keepAliveTimeoutMs + 1_000,
    // A request without one is answered by refuseRequest, in words.
    requireHostHeader: false,
  };
  const answer = getRequestListener(fetch, { errorHandler: refuseRequest });
  let isDraining = false;
  const server = createServer(options, (incoming, outgoing) => {
    // Answers while draining carry "connection: close", so that callers do not send the next request here.
    if (isDraining) outgoing.shouldKeepAlive = false;
    void answer(incoming, outgoing);
  });
  server.on('clientError', closeQuietly);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${displayHost(host)}:${actualPort}`,
    close: (graceMs) => {
      isDraining = true;
      return drain(server, graceMs);
    },
  };
}

async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const tick = setInterval(() => server.closeIdleConnections(), drainTickMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(tick);
  clearTimeout(cut);
}

/** A request that no Request object can be made of: no Host, or a target that is no URL. */
function refuseRequest(error: unknown): Response {
  const detail = `The request cannot be understood: ${error instanceof Error ? error.message : 'malformed'}.`;
  return problemResponse(
    { code: 'invalid_request', detail },
    { instance: '/', requestId: crypto.randomUUID() },
  );
}

/** Node would answer a slow request with 408, which callers retry at once: such a connection is just closed. */
function closeQuietly(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const problem: Problem = isTooLarge
    ? { code: 'headers_too_large', detail: 'The headers of the request are larger than 16 KiB.' }
    : { code: 'invalid_request', detail: `The request is no HTTP/1.1: ${error.message}.` };
  const body = JSON.stringify(problemDocument(problem, { instance: '/', requestId: crypto.randomUUID() }));
  const head = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
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
