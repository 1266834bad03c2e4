import { TimeoutError } from 'p-timeout';
import type { Problem } from '../errors.ts';
import { type CallBody, RequestBodyError } from './request-body.ts';

/** A call's body, watched on its way to the function. */
export type Upload = Readonly<{
  body: CallBody;
  /** What the caller is told where a try failed by the upload, which says nothing of the function; else null. */
  problemOf: (fault: unknown) => Problem | null;
}>;

/**
 * Watches a streamed body, to know at the deadline who kept whom waiting: the function the caller, by not reading what is
 * there, or the caller the function. A body that is held is here already.
 */
export function watchUpload(body: CallBody, timeoutSeconds: number): Upload {
  const { payload } = body;
  let isAwaited = false;
  const watched = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    isAwaited = true;
    for await (const chunk of chunks) {
      isAwaited = false;
      yield chunk;
      isAwaited = true;
    }
    isAwaited = false;
  };
  const isStream = payload !== null && !(payload instanceof Uint8Array);
  return {
    body: isStream ? { ...body, payload: watched(payload) } : body,
    problemOf: (fault) => {
      if (fault instanceof RequestBodyError) return fault.problem;
      return fault instanceof TimeoutError && isAwaited ? tooSlow(timeoutSeconds) : null;
    },
  };
}

function tooSlow(timeoutSeconds: number): Problem {
  return {
    code: 'body_too_slow',
    detail: `The body had not arrived whole when the ${timeoutSeconds} s of this call were over; the function has seen a part of it at most.`,
    // The rest is not read, so the connection cannot carry another request. RFC 9209 section 2.3.10.
    headers: { connection: 'close', 'proxy-status': 'rowgate; error=connection_read_timeout' },
  };
}
