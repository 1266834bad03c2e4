import type { ByteAccount, CollectedBody, IncomingBody } from '../../../src/dynamic/call/call.ts';

/** A request body that a test sends chunk by chunk. */
export type SourceBody = Readonly<{
  body: IncomingBody;
  /** Chunks that were asked for by now. */
  taken: () => number;
  /** Whether its reader gave it up before its end. */
  isReturned: () => boolean;
}>;

/**
 * A request body as an adapter would offer one, with nothing of HTTP in it.
 *
 * @param chunks what arrives; may wait, or throw where the body breaks off.
 */
export function sourceOf(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  announcedBytes: number | null = null,
): SourceBody {
  let taken = 0;
  let isReturned = false;
  const counted = (async function* () {
    let isWhole = false;
    try {
      for await (const chunk of chunks) {
        taken += 1;
        yield chunk;
      }
      isWhole = true;
    } finally {
      isReturned = !isWhole;
    }
  })();
  return {
    body: { announcedBytes, collect: (limit, holder) => collect(counted, limit, holder) },
    taken: () => taken,
    isReturned: () => isReturned,
  };
}

async function collect(
  source: AsyncIterator<Uint8Array>,
  limit: number,
  holder: ByteAccount,
): Promise<CollectedBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (limit < 0) return { chunks, size, rest: source };
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { chunks, size, rest: null };
    chunks.push(next.value);
    size += next.value.byteLength;
    if (!holder.takeBytes(next.value.byteLength) || size > limit) return { chunks, size, rest: source };
  }
}

/** Chunks of this many bytes, and then whatever `end` does: nothing, throw, or wait. */
export async function* chunksThen(
  count: number,
  bytes: number,
  end: () => unknown = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(bytes, 'x');
  await end();
}

/** Never settles, as a caller that stalls. */
export function stall(): Promise<never> {
  return new Promise(() => undefined);
}
