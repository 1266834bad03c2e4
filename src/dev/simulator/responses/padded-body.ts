const CHUNK_BYTES = 64 * 1024;

/** The length of a body once padded: never shorter than the body itself. */
export function paddedBytes(body: string, atLeastBytes: number | undefined): number {
  return Math.max(Buffer.byteLength(body), atLeastBytes ?? 0);
}

/**
 * A JSON text padded to `atLeastBytes` with spaces before its last bracket, made chunk by chunk. White space there is
 * insignificant (RFC 8259 section 2), so the value is the same and still fits its contract, and a truncated body no longer
 * parses.
 */
export function* paddedChunks(body: string, atLeastBytes: number | undefined): Generator<Uint8Array> {
  const bytes = Buffer.from(body);
  let spaces = paddedBytes(body, atLeastBytes) - bytes.byteLength;
  yield bytes.subarray(0, -1);
  const block = Buffer.alloc(CHUNK_BYTES, ' ');
  while (spaces > 0) {
    const count = Math.min(spaces, CHUNK_BYTES);
    yield block.subarray(0, count);
    spaces -= count;
  }
  yield bytes.subarray(-1);
}

/** The first `maxBytes` of a chunked body. */
export function* firstBytes(chunks: Iterable<Uint8Array>, maxBytes: number): Generator<Uint8Array> {
  let left = maxBytes;
  for (const chunk of chunks) {
    if (left <= 0) return;
    yield chunk.subarray(0, left);
    left -= chunk.byteLength;
  }
}
