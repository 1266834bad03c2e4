import type { IncomingMessage } from 'node:http';

/** Modal takes 4 GiB (docs/modal.md, Limits); the simulator holds bodies in memory, so it stops far below. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request's body whole, or undefined when it is larger than `maxBytes`. What is too much is drained and thrown
 * away, so that the caller can still read the 413: closing on unsent bytes would reset the connection instead.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    byteCount += chunk.byteLength;
    if (byteCount <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return byteCount <= maxBytes ? Buffer.concat(chunks) : undefined;
}
