import { createHash } from 'node:crypto';

const chunkBytes = 64 * 1024;
/** A prime that is no divisor of the chunk. */
const period = 65_521;

/** Bytes that are the same each time and in which a piece that is lost, doubled or moved shows. */
export function* patternOf(totalBytes: number): Generator<Buffer> {
  const block = Buffer.alloc(chunkBytes);
  for (let at = 0; at < chunkBytes; at += 1) block[at] = (at % period) * 31;
  for (let sent = 0, index = 0; sent < totalBytes; index += 1) {
    const chunk = Buffer.from(block.subarray(0, Math.min(chunkBytes, totalBytes - sent)));
    if (chunk.byteLength >= 4) chunk.writeUInt32BE(index);
    yield chunk;
    sent += chunk.byteLength;
  }
}

/** SHA-256 of what passes, and how much that is. */
export function checksum() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    add: (chunk: Uint8Array): void => {
      hash.update(chunk);
      bytes += chunk.byteLength;
    },
    result: (): Readonly<{ bytes: number; sha256: string }> => ({ bytes, sha256: hash.digest('hex') }),
  };
}
