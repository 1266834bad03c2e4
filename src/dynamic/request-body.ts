import type { Readable } from 'node:stream';
import type { Problem } from '../errors.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { type HeldBody, holdBody, holdBytes, joined } from './held-body.ts';

/** A request's body as it goes to the function. */
export type CallBody = Readonly<{
  payload: Uint8Array | AsyncIterable<Uint8Array> | null;
  /** The length of a stream, where the caller declared it. */
  streamBytes: number | null;
  /** Whether it is all here, to be sent again. */
  isRepeatable: boolean;
}>;

export type ReadBody = Readonly<{ ok: true; body: CallBody }> | Readonly<{ ok: false; problem: Problem }>;

export type BodyRules = Readonly<{
  maxBytes: number;
  /** Whether the whole body is needed before the function is called: it has a contract, or may be retried. */
  mustHold: boolean;
  budget: BufferBudget;
  /** Does something when the call is over. */
  defer: (work: () => void) => void;
}>;

/**
 * As much as is counted before it is there: a caller that announces 10 MiB and sends nothing must not keep others' bodies out.
 * What is larger is read in chunks, each counted as it comes.
 */
const mostReserved = 64 * 1024;

/** What went wrong with a body while it was passed on. */
export class RequestBodyError extends Error {
  override readonly name = 'RequestBodyError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail, { cause: problem.cause });
    this.problem = problem;
  }
}

/**
 * Reads a body as far as needed: all of one that must be held, up to `maxBytes`; of others, what is no larger than 256
 * KiB. A larger one is a stream that the function pulls as fast as it reads. With a Content-Length the length is judged
 * before a byte is read, and a small one keeps the server's fast path by `arrayBuffer()`; of others bytes are counted.
 *
 * @param incoming the request as Node has it, where there is a socket: its stream is cheaper than the Request's.
 */
export async function readBody(
  request: Request,
  incoming: Readable | undefined,
  rules: BodyRules,
): Promise<ReadBody> {
  const declared = request.headers.get('content-length');
  if (declared === null && request.headers.get('transfer-encoding') === null) return whole(null);
  const length = declared === null ? null : Number(declared);
  const { maxBytes, mustHold, budget } = rules;
  if (length !== null && length > maxBytes) return refused(tooLarge(maxBytes));
  const limit = mustHold ? maxBytes : Math.min(holdBytes, maxBytes);
  try {
    if (length !== null && length <= Math.min(limit, mostReserved)) {
      if (budget.take(length)) {
        rules.defer(() => budget.giveBack(length));
        return whole(new Uint8Array(await request.arrayBuffer()));
      }
      if (mustHold) return refused(buffersFull);
    }
    return await holdOrStream(chunksOf(request, incoming), length, limit, rules);
  } catch (cause) {
    return refused(incomplete(cause));
  }
}

async function holdOrStream(
  chunks: AsyncIterator<Uint8Array>,
  length: number | null,
  limit: number,
  { maxBytes, mustHold, budget, defer }: BodyRules,
): Promise<ReadBody> {
  const take = (bytes: number): boolean => {
    if (!budget.take(bytes)) return false;
    defer(() => budget.giveBack(bytes));
    return true;
  };
  // What is known to be too long to be held is not held in part either.
  const held = await holdBody(chunks, length !== null && length > limit ? -1 : limit, take);
  if (held.rest === null) return whole(joined(held));
  if (held.size > maxBytes) return refused(tooLarge(maxBytes));
  if (mustHold) return refused(buffersFull);
  const payload = streamFrom(held, held.rest, maxBytes);
  return { ok: true, body: { payload, streamBytes: length, isRepeatable: false } };
}

async function* streamFrom(
  { chunks, size }: HeldBody,
  rest: AsyncIterator<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  let seen = size;
  for (;;) {
    const next = await rest.next().catch((cause: unknown) => {
      throw new RequestBodyError(incomplete(cause));
    });
    if (next.done === true) return;
    seen += next.value.byteLength;
    if (seen > maxBytes) throw new RequestBodyError(tooLarge(maxBytes));
    yield next.value;
  }
}

const nothing: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** Leaving early must not destroy the connection, over which the answer is still to go. */
function chunksOf(request: Request, incoming: Readable | undefined): AsyncIterator<Uint8Array> {
  const chunks: AsyncIterable<Uint8Array> =
    incoming?.iterator({ destroyOnReturn: false }) ?? request.body ?? nothing;
  return chunks[Symbol.asyncIterator]();
}

function whole(payload: Uint8Array | null): ReadBody {
  return {
    ok: true,
    body: { payload: payload?.byteLength === 0 ? null : payload, streamBytes: null, isRepeatable: true },
  };
}

function refused(problem: Problem): ReadBody {
  return { ok: false, problem };
}

function incomplete(cause: unknown): Problem {
  return { code: 'invalid_body', detail: 'The body ended before it was complete.', cause };
}

/** The rest of the body is not read, so the connection cannot carry another request: it is closed. */
const closing = { connection: 'close' } as const;

function tooLarge(maxBytes: number): Problem {
  const detail = `The body is larger than the ${maxBytes} bytes that this gateway takes (MAX_BODY_BYTES).`;
  return { code: 'body_too_large', detail, headers: closing };
}

const buffersFull: Problem = {
  code: 'buffers_full',
  detail:
    'This gateway holds as many bytes of bodies as it takes at once (MAX_BUFFERED_BYTES); the function has not seen this call.',
  headers: { ...closing, 'retry-after': '1', 'proxy-status': 'rowgate; error=proxy_internal_response' },
};
