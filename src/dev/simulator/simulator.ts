import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { textResponse } from './responses/simulated-response.ts';
import { createCallStore } from './call-store.ts';
import { type Exchange, sendResponse } from './exchange.ts';
import { labelOfHost } from './host-label.ts';
import { createIds } from './ids.ts';
import { type IngressOptions, passIngress } from './ingress.ts';
import type { ProxyAuth } from './proxy-auth.ts';
import { MAX_BODY_BYTES, readBody } from './read-body.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { SteeringError } from './steering.ts';

export { FAULTS, type Fault } from './faults.ts';
export { LOCATION_FORMS, type LocationForm } from './location.ts';
export type { ProxyAuth, SimulatedFunction };

/** A request as it arrived, for tests of what a gateway sends. `label` is empty if the Host is not a host name. */
export type SimulatedCall = Readonly<{
  label: string;
  host: string;
  method: string;
  target: string;
  rawHeaders: readonly string[];
  body: Uint8Array;
}>;

/** A running simulator. `close` closes every connection and clears every timer at once; calling it again does nothing. */
export type Simulator = Readonly<{ origin: string; port: number; close: () => Promise<void> }>;

export type SimulatorOptions = Readonly<{
  /** The function that a Host's first DNS label names; undefined means not deployed. */
  findFunction: (label: string) => SimulatedFunction | undefined;
  /** A loopback address; 127.0.0.1 by default. */
  host?: string;
  /** 0, the default, picks a free port. */
  port?: number;
  /** How long a request blocks before the 303; 150 s by default, as on Modal. */
  hopMs?: number;
  /** If set, every function requires this token. */
  proxyAuth?: ProxyAuth;
  /** Receives every request once its body has been read, before the response is sent. */
  onCall?: (call: SimulatedCall) => void;
  /** Numbers from 0 to below 1, from which ids are made unless `newId` is set. */
  random?: () => number;
  newId?: () => string;
}>;

const MODAL_HOP_MS = 150_000;
const KEEP_ALIVE_MS = 60_000;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Starts a stand-in for Modal's web endpoints on one loopback port (docs/modal.md, The simulator). Throws if the host is
 * not a loopback address or the port is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0 } = options;
  if (!LOOPBACK.test(host)) {
    throw new Error(
      `The Modal simulator listens on loopback only, not on ${host}: use 127.0.0.1, ::1 or localhost.`,
    );
  }
  const ingress: IngressOptions = {
    findFunction: options.findFunction,
    proxyAuth: options.proxyAuth,
    hopMs: options.hopMs ?? MODAL_HOP_MS,
    nowMs: () => performance.now(),
    calls: createCallStore(),
    ids: createIds(options.random, options.newId),
  };
  // Modal treats a missing Host as an unknown function, not as a malformed request, so Node must let it through.
  const server = createServer(
    { requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void serve(request, response, ingress, options.onCall),
  );
  const sockets = trackSockets(server);
  server.listen(port, host);
  await once(server, 'listening');
  const listeningPort = portOf(server);
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${listeningPort}`,
    port: listeningPort,
    close: () => closeServer(server, sockets),
  };
}

/** Serves one request; whatever the caller sends or the test's own functions throw, the process survives. */
async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  ingress: IngressOptions,
  onCall: ((call: SimulatedCall) => void) | undefined,
): Promise<void> {
  const aborter = new AbortController();
  response.once('close', () => aborter.abort());
  const { method = '', url: target = '/', rawHeaders } = message;
  const host = message.headers.host ?? '';
  const exchange: Exchange = { serverResponse: response, signal: aborter.signal, host, target };
  try {
    const body = await readBody(message, MAX_BODY_BYTES);
    if (body === undefined) {
      sendResponse(
        exchange,
        textResponse(413, `modal-simulator: The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB.`),
      );
      return;
    }
    const label = labelOfHost(host);
    onCall?.({ label: label ?? '', host, method, target, rawHeaders, body });
    await passIngress({ message, method, label, body }, exchange, ingress);
  } catch (error) {
    if (!aborter.signal.aborted) sendFault(exchange, error);
  }
}

function sendFault(exchange: Exchange, error: unknown): void {
  if (exchange.serverResponse.headersSent) {
    exchange.serverResponse.destroy();
    return;
  }
  const status = error instanceof SteeringError ? 400 : 500;
  const reason = error instanceof Error ? error.message : String(error);
  sendResponse(exchange, textResponse(status, `modal-simulator: ${reason}`));
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The simulator is not listening on a TCP port.');
  return address.port;
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of sockets) socket.destroy();
  await promise;
}
