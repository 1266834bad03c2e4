import { joined } from './held-body.ts';
import type { CallAnswer } from './proxy-call.ts';
import { responseHeaders } from './response-headers.ts';
import { type StreamEnd, streamFrom } from './streamed-answer.ts';

/** Statuses that carry no body (RFC 9110 section 6.4.1); the Response constructor refuses one. */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A function's answer as the caller gets it: status and body unchanged, headers less what ends here, and ours.
 * A complete body is one Uint8Array, which keeps the server's fast path; a longer one is a stream.
 *
 * @param end how a streamed answer ends; not used for a complete one.
 */
export function answerResponse(
  { status, headers, body, release }: CallAnswer,
  added: Readonly<Record<string, string>>,
  end: StreamEnd,
): Response {
  const init = { status, headers: Object.assign(responseHeaders(headers, body.rest !== null), added) };
  if (bodyless.has(status)) {
    void body.rest?.return?.();
    release();
    return new Response(null, init);
  }
  if (body.rest === null) return new Response(joined(body), init);
  const onEnd = (fault: unknown): void => {
    release();
    end.onEnd(fault);
  };
  return new Response(streamFrom(body, { ...end, onEnd }), init);
}
