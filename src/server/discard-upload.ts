import type { IncomingMessage } from 'node:http';

/** How long a body that nobody wants may go on arriving after its response. */
const discardMs = 500;

/**
 * Reads what is left of a request whose response is out, so that its connection can carry another; closes the connection where
 * that takes too long.
 */
export function discardUpload(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  const timer = setTimeout(() => incoming.destroy(), discardMs).unref();
  incoming.once('close', () => clearTimeout(timer));
  incoming.on('error', () => undefined);
  // Whoever reads it by `readable` still waits for a chunk, and gives up at that; with a listener it flows from then on.
  incoming.on('data', () => undefined).resume();
}
