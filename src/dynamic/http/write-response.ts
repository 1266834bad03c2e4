import type { ServerResponse } from 'node:http';
import type { BodySink, BufferedBody, CallResponse, StreamedBody } from '../call/call-result.ts';
import { pushResponseHeaders } from './response-headers.ts';

/** What Rowgate adds to a response for the caller. */
export type WriteOptions = Readonly<{
  /** The header lines that Rowgate adds, as a flat list of names and values. */
  lines: readonly string[];
  /** The function's own headers that they replace. */
  replaced: readonly string[];
}>;

/** A response on its way out. */
export type Writing = {
  /** Bytes of the body that have been written so far. */
  bytes: number;
  /** Cuts the response off. */
  cut: (reason: unknown) => void;
};

/** Statuses that carry no body (RFC 9110 section 6.4.1). */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);
const nothing = Buffer.alloc(0);

/** Above this size Node does not copy a string into a single write, and nothing is saved. */
const maxInHead = 8 * 1024;

/**
 * Writes a function's response to the caller: status and body unchanged, headers less those that end here, and Rowgate's own.
 */
export function writeResponse(
  isHead: boolean,
  outgoing: ServerResponse,
  { status, headers, body }: CallResponse,
  { lines, replaced }: WriteOptions,
  writing: Writing,
): void {
  const wantsBody = !isHead && !bodyless.has(status);
  const head: string[] = [];
  pushResponseHeaders(head, headers, { keepsLength: isHead || body.kind === 'streamed', replaced });
  if (wantsBody && body.kind === 'buffered') head.push('content-length', String(body.size));
  head.push(...lines);
  outgoing.writeHead(status, head);
  if (!wantsBody) {
    if (body.kind === 'streamed') body.abandon(new Error('The response to this request has no body.'));
    outgoing.end();
  } else if (body.kind === 'buffered') {
    writing.bytes = body.size;
    writeBuffered(outgoing, body);
  } else {
    writeStreamed(outgoing, body, writing);
  }
}

/**
 * A small body is sent as latin1, byte for byte the same: Node joins a string and the head into one write, whereas a Buffer
 * takes two, with the objects of a `writev` (3 of 68 µs per call: docs/decisions/0011).
 */
function writeBuffered(outgoing: ServerResponse, { chunks, size }: BufferedBody): void {
  const last = chunks.length - 1;
  const chunk = chunks[last];
  if (last === 0 && chunk !== undefined && size <= maxInHead) {
    outgoing.end(asBuffer(chunk).toString('latin1'), 'latin1');
    return;
  }
  for (let index = 0; index < last; index += 1) outgoing.write(chunks[index]);
  outgoing.end(chunk);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeStreamed(outgoing: ServerResponse, body: StreamedBody, writing: Writing): void {
  // The head is sent at once, in latin1: `flushHeaders` would write bytes above 127 as UTF-8.
  outgoing.write(nothing);
  outgoing.on('drain', () => body.resume());
  const sink: BodySink = {
    write: (chunk) => {
      writing.bytes += chunk.byteLength;
      return outgoing.write(chunk);
    },
    end: () => outgoing.end(),
    cut: (reason) => writing.cut(reason),
  };
  body.start(sink);
}
