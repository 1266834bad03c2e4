import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorKinds, type Problem } from '../errors.ts';
import { problemContentType, problemDocument } from '../problem-document.ts';

/** Long enough for a response to be read; if closed at once, it is lost while bytes are still arriving (RFC 9112 section 9.6). */
const lingerMs = 100;

/**
 * Handles a connection whose bytes are not HTTP, or that is too slow. A client that waits for a response gets a problem; a
 * slow one gets nothing, since callers would retry a request at once after Node's own 408.
 *
 * @param unfinished the responses of this connection that are not finished.
 */
export function onBrokenConnection(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  unfinished: readonly ServerResponse[],
): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const last = unfinished.at(-1);
  if (last?.req.complete === true) {
    // Garbage after complete requests: these get their responses, and then the connection closes.
    last.shouldKeepAlive = false;
    return;
  }
  // The body of a request is broken: the problem is its response, unless another is due first or it has begun.
  if (unfinished.length > 1 || last?.headersSent === true) socket.destroy();
  else endWithProblem(socket, problemOf(error));
}

/** Responds to a malformed request with a problem, before any route sees it, and closes its connection. */
export function refuseMalformed(outgoing: ServerResponse, problem: Problem): void {
  const { status, headers, body } = rendered(problem);
  outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, headers).end(body);
}

/**
 * Sends a problem on a connection from which no further request can be read, and closes it: at once if the other side does,
 * else after a moment for the response to be read. A call whose body is broken ends with it.
 */
export function endWithProblem(socket: Duplex, problem: Problem): void {
  const { status, headers, body } = rendered(problem);
  // After a CONNECT Node has removed its own listener, and an unhandled reset would end the process.
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
    ? { code: 'headers_too_large', detail: 'The request headers are larger than 16 KiB.' }
    : { code: 'invalid_request', detail: `The request is not valid HTTP/1.1: ${message}.` };
}
