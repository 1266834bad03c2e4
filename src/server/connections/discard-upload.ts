import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long an unwanted body may keep arriving after its response. */
const discardMs = 500;

/**
 * Reads the rest of a request whose response has been sent, so that its connection can be reused, or its caller can read the
 * response before the connection closes (closeInStages, which has its own limits). If this takes too long, a reusable
 * connection is closed.
 */
export function discardUpload(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  if (incoming.socket.writable) {
    const timer = setTimeout(() => incoming.destroy(), discardMs).unref();
    incoming.once('close', () => clearTimeout(timer));
  }
  incoming.on('error', () => undefined);
  // A reader that uses `readable` may still wait for a chunk, and stops after it; this listener keeps the stream flowing.
  incoming.on('data', () => undefined).resume();
}

/** How long a connection that is being closed may stay silent, and how long it may stay open. */
const silentMs = 2_000;
const totalMs = 30_000;

/**
 * Closes a connection on which bytes are still arriving, as RFC 9112 section 9.6 recommends: the sending side first, after
 * everything was sent; the receiving side when the caller has closed its own. If both were closed at once, the next bytes to
 * arrive would reset the connection, and the caller could lose a response that it has not read yet.
 *
 * Whatever arrives is discarded unparsed: parsing a body in chunks of one byte costs as much as reading it.
 */
export function closeInStages(socket: Socket): void {
  if (socket.destroyed) return;
  const destroy = (): void => void socket.destroy();
  const timer = setTimeout(destroy, totalMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.setTimeout(silentMs, destroy);
  // Node's parser, which reads below the stream, releases the connection when it gets a listener for its data.
  socket
    .removeAllListeners('data')
    .on('data', () => undefined)
    .resume();
  socket.end();
}
