import type { ProblemOfCall } from '../../errors.ts';
import { deadlinePassed } from './call-clock.ts';
import { type RequestBody, RequestBodyError } from './read-body.ts';

/** A call's body, watched on its way to the function. */
export type Upload = Readonly<{
  body: RequestBody;
  /** The problem to report if an attempt failed because of the upload, which says nothing about the function; else null. */
  problemOf: (fault: unknown) => ProblemOfCall | null;
}>;

function noProblem(): null {
  return null;
}

/**
 * Watches a streamed body, so that at the deadline it is known who was waiting for whom: the caller for the function to read,
 * or the function for the caller to send. A buffered body needs no watching.
 */
export function watchUpload(body: RequestBody, timeoutSeconds: number): Upload {
  if (body.kind === 'buffered') return { body, problemOf: noProblem };
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
  return {
    body: { ...body, chunks: watched(body.chunks) },
    problemOf: (fault) => {
      if (fault instanceof RequestBodyError) return fault.problem;
      return fault === deadlinePassed && isAwaited ? tooSlow(timeoutSeconds) : null;
    },
  };
}

function tooSlow(timeoutSeconds: number): ProblemOfCall {
  return {
    code: 'body_too_slow',
    detail: `The body did not arrive completely within the call's timeout of ${timeoutSeconds} s; the function has seen at most a part of it.`,
    // The rest is not read, so the connection cannot carry another request. RFC 9209 section 2.3.10.
    headers: { connection: 'close', 'proxy-status': 'rowgate; error=connection_read_timeout' },
  };
}
