import type { Problem } from '../errors.ts';

/** A request's body, whole, or what kept it from being read. */
export type ReadBody = Readonly<{ ok: true; bytes: Uint8Array }> | Readonly<{ ok: false; problem: Problem }>;

const empty = new Uint8Array();

/**
 * Reads a body up to a limit. With a Content-Length the length is judged before a byte is read, and `arrayBuffer()`
 * keeps the server's fast path; without one (chunked) the bytes are counted as they come.
 */
export async function readBody(request: Request, maxBytes: number): Promise<ReadBody> {
  const declared = request.headers.get('content-length');
  if (declared === null && request.headers.get('transfer-encoding') === null)
    return { ok: true, bytes: empty };
  if (declared !== null && Number(declared) > maxBytes) return tooLarge(maxBytes);
  try {
    if (declared !== null) return { ok: true, bytes: new Uint8Array(await request.arrayBuffer()) };
    return await readCounted(request, maxBytes);
  } catch (cause) {
    return {
      ok: false,
      problem: { code: 'invalid_body', detail: 'The body ended before it was complete.', cause },
    };
  }
}

async function readCounted(request: Request, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(chunks, size) };
}

/** The rest of the body is not read, so the connection cannot carry another request: it is closed. */
function tooLarge(maxBytes: number): ReadBody {
  const detail = `The body is larger than the ${maxBytes} bytes that this gateway takes (MAX_BODY_BYTES).`;
  return { ok: false, problem: { code: 'body_too_large', detail, headers: { connection: 'close' } } };
}
