import type { Socket } from 'node:net';

/** How long a connection that is being closed may stay silent, and stay at all. */
const silentMs = 2_000;
const totalMs = 30_000;

/**
 * Closes a connection on which bytes are still arriving, as RFC 9112 section 9.6 asks: our side first, after what is to be sent;
 * the other side when the caller has closed it. If both were closed at once, the next bytes that arrive would reset the
 * connection, and the caller could lose a response that it has not read yet. Whoever reads the connection goes on, and
 * discards what comes.
 */
export function closeInStages(socket: Socket): void {
  if (socket.destroyed) return;
  const destroy = (): void => void socket.destroy();
  const timer = setTimeout(destroy, totalMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.setTimeout(silentMs, destroy);
  socket.end();
}
