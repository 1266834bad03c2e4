import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodySink, BufferedBody, CallResponse, StreamedBody } from '../call/call-result.ts';
import { responseHeaders } from './response-headers.ts';

/** What the caller's side of a response needs. */
export type WriteOptions = Readonly<{
  /** Header lines of ours, as a flat list of names and values. */
  lines: readonly string[];
  /** The function's own headers that they replace. */
  replaced: readonly string[];
}>;

/** A response on its way out. */
export type Writing = {
  /** Bytes of the body that were written so far. */
  bytes: number;
  /** What cut it, where something did. */
  error: unknown;
};

/** Statuses that carry no body (RFC 9110 section 6.4.1). */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);
const nothing = Buffer.alloc(0);

/**
 * Writes a function's response as the caller gets it: status and body unchanged, headers less what ends here, and ours. What
 * becomes of it is seen at the response's `close`.
 */
export function writeResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body, delivery }: CallResponse,
  { lines, replaced }: WriteOptions,
): Writing {
  const writing: Writing = { bytes: 0, error: undefined };
  const isHead = incoming.method === 'HEAD';
  const wantsBody = !isHead && !bodyless.has(status);
  const keepsLength = isHead || body.kind === 'streamed';
  const head = responseHeaders(headers, keepsLength ? replaced : ['content-length', ...replaced]);
  if (wantsBody && body.kind === 'buffered') head.push('content-length', String(body.size));
  head.push(...lines);
  const cut = (reason: unknown): void => {
    writing.error = reason;
    cutConnection(incoming, outgoing);
  };
  delivery.begin(cut);
  outgoing.writeHead(status, head);
  if (!wantsBody) {
    if (body.kind === 'streamed') body.abandon(new Error('the body is not wanted'));
    outgoing.end();
  } else if (body.kind === 'buffered') {
    writing.bytes = body.size;
    writeBuffered(outgoing, body);
  } else {
    writeStreamed(outgoing, body, writing, cut);
  }
  return writing;
}

function writeBuffered(outgoing: ServerResponse, { chunks }: BufferedBody): void {
  const last = chunks.length - 1;
  for (let index = 0; index < last; index += 1) outgoing.write(chunks[index]);
  outgoing.end(chunks[last]);
}

function writeStreamed(
  outgoing: ServerResponse,
  body: StreamedBody,
  writing: Writing,
  cut: (reason: unknown) => void,
): void {
  // The head goes out at once, in latin1: `flushHeaders` would write bytes above 127 as UTF-8.
  outgoing.write(nothing);
  outgoing.on('drain', () => body.resume());
  const sink: BodySink = {
    write: (chunk) => {
      writing.bytes += chunk.byteLength;
      return outgoing.write(chunk);
    },
    end: () => outgoing.end(),
    cut,
  };
  body.start(sink);
}

/**
 * Ends the connection in the middle of a response. The end of the connection is the end of the body in HTTP/1.0 (RFC 9112
 * section 6.3), so there it must not look like one.
 */
function cutConnection(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (incoming.httpVersion === '1.0') outgoing.socket?.resetAndDestroy();
  else outgoing.destroy();
}
