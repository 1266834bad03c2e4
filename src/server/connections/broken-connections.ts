import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorKinds, type Problem } from '../../errors.ts';
import type { Observe } from '../../observability/observation.ts';
import { withoutUserinfo } from '../../json-schema/quoted.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import type { CrossOrigin } from '../cross-origin.ts';
import { requestIdOf } from '../request-id.ts';
import { closeInStages } from './discard-upload.ts';

/** Refuses invalid requests before any route sees them, and closes their connections. */
export type Refusals = Readonly<{
  /** A request that the parser accepts but Rowgate does not (request-framing.ts). */
  malformed: (incoming: IncomingMessage, outgoing: ServerResponse, problem: Problem) => void;
  /** A CONNECT request. `unfinished`: the responses before it on its connection. */
  tunnel: (incoming: IncomingMessage, socket: Duplex, unfinished: readonly ServerResponse[]) => void;
  /**
   * A connection whose bytes are not HTTP, or that is too slow. A client that is waiting for a response gets a problem; a
   * slow one gets nothing, since callers would retry at once after Node's own 408.
   *
   * @param unfinished the responses of this connection that are not finished.
   */
  brokenConnection: (
    error: NodeJS.ErrnoException,
    socket: Duplex,
    unfinished: readonly ServerResponse[],
  ) => void;
}>;

/** @param crossOrigin lets pages of other origins read the refusals; null if none may call. */
export function createRefusals(observe: Observe, crossOrigin: CrossOrigin | null): Refusals {
  /** Records a refusal in the log and the metrics, and returns what to send. Unparsable requests have no method and no path. */
  const refuse = (
    problem: Problem,
    socket: Duplex,
    { method = '', url = '', headers: sent = {} }: RequestHead = {},
  ) => {
    const offeredId = sent['x-request-id'];
    const requestId = requestIdOf(typeof offeredId === 'string' ? offeredId : undefined, crypto.randomUUID());
    const { status } = errorKinds[problem.code];
    const clientAddress = (socket instanceof Socket ? socket.remoteAddress : null) ?? null;
    const path = withoutUserinfo(pathOf(url));
    const refused = { requestId, method, path, status, code: problem.code, keyId: null, clientAddress };
    observe({ kind: 'request_refused', ...refused });
    const body = JSON.stringify(problemDocument(problem, { instance: '/', requestId }));
    const headers = {
      'content-type': problemContentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': requestId,
    };
    return { status, headers, body };
  };

  /** Sends a problem on a connection from which no more requests can be read. This also ends a call with a malformed body. */
  const endWithProblem = (socket: Duplex, problem: Problem, head?: RequestHead): void => {
    const { status, headers, body } = refuse(problem, socket, head);
    // After a CONNECT, Node has removed its own listener, and an unhandled reset would crash the process.
    socket.on('error', () => socket.destroy());
    const lines = Object.entries({ connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    if (socket instanceof Socket) closeInStages(socket.resume());
    else socket.end();
  };

  return {
    malformed: (incoming, outgoing, problem) => {
      const { status, headers, body } = refuse(problem, incoming.socket, incoming);
      outgoing.shouldKeepAlive = false;
      const lines = crossOrigin?.headersFor(incoming.headers.origin) ?? [];
      outgoing.writeHead(status, [...Object.entries(headers).flat(), ...lines]).end(body);
    },
    tunnel: (incoming, socket, unfinished) => {
      if (unfinished.length > 0) socket.destroy();
      else endWithProblem(socket, noTunnel, incoming);
    },
    brokenConnection: (error, socket, unfinished) => {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'ECONNRESET') {
        socket.destroy();
        return;
      }
      // The last response has been sent: whatever else arrives is discarded.
      if (!socket.writable) return;
      const last = unfinished.at(-1);
      if (last?.req.complete === true) {
        // Garbage after complete requests: these get their responses, and then the connection closes.
        last.shouldKeepAlive = false;
        return;
      }
      // The body is malformed: the problem is its response, unless an earlier one is due first or its own has begun.
      if (unfinished.length > 1 || last?.headersSent === true) socket.destroy();
      else endWithProblem(socket, problemOf(error));
    },
  };
}

type RequestHead = Partial<Pick<IncomingMessage, 'method' | 'url' | 'headers'>>;

const noTunnel: Problem = {
  code: 'invalid_request',
  detail: 'CONNECT is not supported: this is a gateway, not a forward proxy.',
};

/** Returns a target without its query, which may contain what must not be logged. */
function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? target : target.slice(0, mark);
}

function problemOf(error: NodeJS.ErrnoException): Problem {
  const { code, message } = error;
  if (code === 'HPE_HEADER_OVERFLOW')
    return { code: 'headers_too_large', detail: 'The request headers are larger than 16 KiB.' };
  const other = code === undefined ? undefined : otherProtocol(code, Reflect.get(error, 'rawPacket'));
  return { code: 'invalid_request', detail: other ?? `The request is not valid HTTP/1.1: ${message}.` };
}

/** How other protocols begin (RFC 8446 section 5.1, RFC 9113 section 3.4, the PROXY protocol), and what to do about them. */
const beginnings: readonly (readonly [bytes: string, detail: string])[] = [
  [
    '\x16\x03',
    'The connection begins with TLS, and this port expects plain HTTP: use http:// in place of https://.',
  ],
  ['PRI * HTTP/2', 'HTTP/2 is not supported: send HTTP/1.1.'],
  ['PROXY ', 'The PROXY protocol is not supported: switch it off where this gateway is called from.'],
  [
    '\r\n\r\n\0\r\nQUIT\n',
    'The PROXY protocol is not supported: switch it off where this gateway is called from.',
  ],
];

/** What a connection begins with where its first bytes are not HTTP/1.1. */
function otherProtocol(code: string, packet: unknown): string | undefined {
  if (!Buffer.isBuffer(packet) || (code !== 'HPE_INVALID_METHOD' && !code.startsWith('HPE_PAUSED')))
    return undefined;
  const start = packet.subarray(0, 16).toString('latin1');
  return beginnings.find(([bytes]) => start.startsWith(bytes))?.[1];
}
