import type { ProblemOfCall } from '../../errors.ts';
import { type ByteAccount, type CallBody, type CollectedBody, isIncoming, joinChunks } from './call.ts';
import { joinInTurns, largeBytes } from './large-bytes.ts';

/** A request body as it is sent to the function: buffered, so that it can be sent again, or a stream. */
export type RequestBody =
  | BufferedBody
  | Readonly<{ kind: 'streamed'; chunks: AsyncIterable<Uint8Array>; announcedBytes: number | null }>;

export type BufferedBody = Readonly<{
  kind: 'buffered';
  bytes: Uint8Array | null;
  /** Whether to send `application/json` in place of the caller's Content-Type. */
  mustBeSentAsJson?: true;
}>;

export type BodyRules = Readonly<{
  maxBytes: number;
  /** Whether the whole body is needed before the function is called, because it has a contract or may be retried. */
  mustBuffer: boolean;
}>;

/** Accounts for the body of a call. */
export type BodyAccount = ByteAccount &
  Readonly<{
    /** Counts bytes of the body that were read, and are buffered or passed on. */
    countRequestBytes: (bytes: number) => void;
  }>;

/** Bodies that need not be complete are buffered up to this size: small ones can be sent again. */
const bufferedBytes = 256 * 1024;

/**
 * The largest declared length that is taken from the budget in advance: a caller that declares 10 MiB and sends nothing must
 * not keep others' bodies out. Larger bodies are read in chunks, each counted as it arrives.
 */
const mostReserved = 64 * 1024;

/** An error in a body while it was being passed on. */
export class RequestBodyError extends Error {
  override readonly name = 'RequestBodyError';
  readonly problem: ProblemOfCall;

  constructor(problem: ProblemOfCall) {
    super(problem.detail, { cause: problem.cause });
    this.problem = problem;
  }
}

const noBody: RequestBody = { kind: 'buffered', bytes: null };

/**
 * Reads a body as far as needed: one that must be buffered to its end, up to `maxBytes`; others up to 256 KiB. A larger one
 * becomes a stream that the function pulls as fast as it reads. A declared Content-Length is checked before a byte is read;
 * without one, bytes are counted.
 *
 * @returns a problem if the body is not passed on.
 */
export async function readBody(
  body: CallBody,
  rules: BodyRules,
  account: BodyAccount,
): Promise<RequestBody | ProblemOfCall> {
  if (!isIncoming(body)) return bufferedBody(body, account);
  const { announcedBytes } = body;
  const { maxBytes, mustBuffer } = rules;
  if (announcedBytes !== null && announcedBytes > maxBytes) return tooLarge(maxBytes, announcedBytes);
  const limit = mustBuffer ? maxBytes : Math.min(bufferedBytes, maxBytes);
  const isReservable = announcedBytes !== null && announcedBytes <= Math.min(limit, mostReserved);
  const isReserved = isReservable && account.takeBytes(announcedBytes);
  if (isReservable && !isReserved && mustBuffer) return buffersFull;
  // A body that is known to be too large to be buffered is not buffered in part, either.
  const collectable = announcedBytes !== null && announcedBytes > limit ? -1 : limit;
  try {
    const collected = await body.collect(collectable, isReserved ? taken : account);
    const { chunks, size, rest } = collected;
    if (rest === null) {
      return bufferedBody(
        size > largeBytes ? await joinInTurns(chunks, size) : wholeOf(chunks, size),
        account,
      );
    }
    if (size > maxBytes) return tooLarge(maxBytes);
    if (mustBuffer) return buffersFull;
    return { kind: 'streamed', chunks: streamFrom(collected, rest, maxBytes, account), announcedBytes };
  } catch (cause) {
    return incomplete(cause);
  }
}

function wholeOf(chunks: readonly Uint8Array[], size: number): Uint8Array | null {
  return size === 0 ? null : joinChunks(chunks, size);
}

function bufferedBody(bytes: Uint8Array | null, account: BodyAccount): RequestBody {
  if (bytes === null || bytes.byteLength === 0) return noBody;
  account.countRequestBytes(bytes.byteLength);
  return { kind: 'buffered', bytes };
}

/** For bytes that have already been taken from the budget. */
const taken: ByteAccount = { takeBytes: () => true };

async function* streamFrom(
  { chunks, size }: CollectedBody,
  rest: AsyncIterator<Uint8Array>,
  maxBytes: number,
  account: BodyAccount,
): AsyncGenerator<Uint8Array> {
  let seen = size;
  try {
    account.countRequestBytes(size);
    yield* chunks;
    for (;;) {
      const next = await rest.next().catch((cause: unknown) => {
        throw new RequestBodyError(incomplete(cause));
      });
      if (next.done === true) return;
      seen += next.value.byteLength;
      if (seen > maxBytes) throw new RequestBodyError(tooLarge(maxBytes));
      account.countRequestBytes(next.value.byteLength);
      yield next.value;
    }
  } finally {
    // The rest is not needed: whatever drains the source from here on, to keep its connection, must be its only reader.
    await rest.return?.();
  }
}

function incomplete(cause: unknown): ProblemOfCall {
  return { code: 'invalid_body', detail: 'The body ended before it was complete.', cause };
}

/** The rest of the body is not read, so the connection cannot carry another request: it is closed. */
const closing = { connection: 'close' } as const;

function tooLarge(maxBytes: number, announcedBytes: number | null = null): ProblemOfCall {
  const announced = announcedBytes === null ? '' : ` of ${inMebibytes(announcedBytes, Math.ceil)}`;
  const detail = `The body${announced} is larger than the ${inMebibytes(maxBytes, Math.floor)} that this gateway accepts (MAX_BODY_BYTES).`;
  return { code: 'body_too_large', detail, headers: closing };
}

const buffersFull: ProblemOfCall = {
  code: 'buffers_full',
  detail:
    'This gateway has reached its limit of buffered bytes (MAX_BUFFERED_BYTES); the function has not seen this call.',
  headers: { ...closing, 'retry-after': '1', 'proxy-status': 'rowgate; error=proxy_internal_response' },
};

const mebibyte = 1024 * 1024;

/** Formats a size: "1.5 MiB", or in bytes below one. Sizes sent are rounded up and the limit down, so that they differ. */
function inMebibytes(bytes: number, round: (tenths: number) => number): string {
  return bytes < mebibyte ? `${bytes} bytes` : `${round((10 * bytes) / mebibyte) / 10} MiB`;
}
