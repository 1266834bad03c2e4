import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorKinds, type Problem } from '../errors.ts';
import { problemContentType, problemDocument } from '../problem-document.ts';

/** Long enough for a response to be read; closed at once, it would be lost where bytes are still coming (RFC 9112 section 9.6). */
const lingerMs = 100;

/**
 * What becomes of a connection whose bytes are not HTTP, or that is too slow. Whoever waits for a response gets a problem;
 * a slow one gets nothing, since Node's own 408 would be sent again at once by callers.
 *
 * @param underWay the responses of this connection that are not finished.
 */
export function onBrokenConnection(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  underWay: readonly ServerResponse[],
): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const last = underWay.at(-1);
  if (last?.req.complete === true) {
    // Garbage behind whole requests: those get their responses, and nothing else comes after them.
    last.shouldKeepAlive = false;
    return;
  }
  // The body of a request broke: the problem is its response, unless another stands before it or it has begun.
  if (underWay.length > 1 || last?.headersSent === true) socket.destroy();
  else endWithProblem(socket, problemOf(error));
}

/** Refuses a request that no route shall see, and ends its connection. */
export function refuseMalformed(outgoing: ServerResponse, problem: Problem): void {
  const { status, headers, body } = rendered(problem);
  outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, headers).end(body);
}

/**
 * Ends a connection that no request can be read from any more with a problem: at once where the other side does so,
 * else after a moment, in which the response is read. With it ends a call whose body broke.
 */
export function endWithProblem(socket: Duplex, problem: Problem): void {
  const { status, headers, body } = rendered(problem);
  // Of a CONNECT Node has taken its own listener away, and a reset that nobody listens to ends the process.
  socket.on('error', () => socket.destroy());
  const lines = Object.entries({ connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function rendered(problem: Problem) {
  const requestId = crypto.randomUUID();
  const body = JSON.stringify(problemDocument(problem, { instance: '/', requestId }));
  const headers = {
    'content-type': problemContentType,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
  };
  return { status: errorKinds[problem.code].status, headers, body };
}

function problemOf({ code, message }: NodeJS.ErrnoException): Problem {
  return code === 'HPE_HEADER_OVERFLOW'
    ? { code: 'headers_too_large', detail: 'The headers of the request are larger than 16 KiB.' }
    : { code: 'invalid_request', detail: `The request is not valid HTTP/1.1: ${message}.` };
}
