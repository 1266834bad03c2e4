import type { IncomingMessage } from 'node:http';

/** How long an unwanted body may keep arriving after its response. */
const discardMs = 500;

/**
 * Reads the rest of a request whose response has been sent, so that its connection can carry another one, or that its caller
 * can read the response before the connection closes (close-in-stages.ts, which has its own limits). Closes a connection
 * that is kept if that takes too long.
 */
export function discardUpload(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  if (incoming.socket.writable) {
    const timer = setTimeout(() => incoming.destroy(), discardMs).unref();
    incoming.once('close', () => clearTimeout(timer));
  }
  incoming.on('error', () => undefined);
  // A reader that uses `readable` may still wait for a chunk, and gives up with it; with a listener the stream flows from then on.
  incoming.on('data', () => undefined).resume();
}
