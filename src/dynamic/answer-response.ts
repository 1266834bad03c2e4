import { isHandedOver, joined } from './held-body.ts';
import type { CallAnswer } from './proxy-call.ts';
import { responseHeaders } from './response-headers.ts';
import { type StreamEnd, streamFrom } from './streamed-answer.ts';

/** What the caller's side of an answer needs. */
export type CallerSide = Omit<StreamEnd, 'over'> &
  Readonly<{
    /** Not where HEAD was asked for (RFC 9110 section 9.3.2). */
    wantsBody: boolean;
  }>;

/** Statuses that carry no body (RFC 9110 section 6.4.1); the Response constructor refuses one. */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A function's answer as the caller gets it: status and body unchanged, headers less what ends here, and ours.
 * A small body is one Uint8Array, which keeps the server's fast path; a larger one is a stream.
 *
 * @param caller what is done with it; of a small answer nothing needs to be told.
 */
export function answerResponse(
  { status, headers, body, release, over }: CallAnswer,
  added: Readonly<Record<string, string>>,
  { wantsBody, ...end }: CallerSide,
): Response {
  const isOnePiece = isHandedOver(body);
  const keepLength = !isOnePiece || !wantsBody;
  const init = { status, headers: Object.assign(responseHeaders(headers, keepLength), added) };
  if (bodyless.has(status) || !wantsBody) {
    void body.rest?.return?.();
    release();
    return new Response(null, init);
  }
  if (isOnePiece) return new Response(joined(body), init);
  const onEnd = (fault: unknown): void => {
    release();
    end.onEnd(fault);
  };
  return new Response(streamFrom(body, { ...end, onEnd, over }), init);
}
