import type { IncomingMessage } from 'node:http';

/** Modal accepts 4 GiB (docs/modal.md, Limits); the simulator buffers bodies in memory, so its limit is far lower. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads the whole body of a request; undefined if it is larger than `maxBytes`. The excess is drained and discarded, so
 * that the caller can still read the 413: closing with unread bytes would reset the connection instead.
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
