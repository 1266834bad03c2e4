import type { Readable } from 'node:stream';

/** Answers are held back until complete or this large, so that an earlier fault is still a clean 502 or 504. */
export const holdBytes = 256 * 1024;

/** The beginning of a body: all of it, or what was held when it grew too large, with the rest still to come. */
export type HeldBody = Readonly<{
  chunks: readonly Uint8Array[];
  size: number;
  rest: AsyncIterator<Uint8Array> | null;
}>;

/** Reads a body until it ends or more than `limit` bytes are there. Rejects as the body's stream does. */
export async function holdBody(body: Readable, limit: number): Promise<HeldBody> {
  const iterator: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= limit) {
    const next = await iterator.next();
    if (next.done === true) return { chunks, size, rest: null };
    chunks.push(next.value);
    size += next.value.byteLength;
  }
  return { chunks, size, rest: iterator };
}

/** How a streamed answer ends: whom to tell, and how to make the caller see that it is cut. */
export type StreamEnd = Readonly<{
  /** Told once; `undefined` when all went well, else the fault that ended it. */
  onEnd: (fault: unknown) => void;
  /**
   * Destroys the caller's connection. Needed because the HTTP server ends an errored stream with a proper last chunk,
   * by which a piece would look like the whole. Undefined where there is no connection.
   */
  cut: (() => void) | undefined;
}>;

/** The held chunks and then the rest, pulled as fast as the caller reads (back-pressure). */
export function streamFrom(held: HeldBody, { onEnd, cut }: StreamEnd): ReadableStream<Uint8Array> {
  const { rest } = held;
  let sent = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const chunk = held.chunks[sent];
        if (chunk !== undefined) {
          sent += 1;
          controller.enqueue(chunk);
          return;
        }
        try {
          const next = await rest?.next();
          if (next !== undefined && next.done !== true) return controller.enqueue(next.value);
          onEnd(undefined);
          controller.close();
        } catch (fault) {
          onEnd(fault);
          if (cut === undefined) return controller.error(fault);
          cut();
          controller.close();
        }
      },
      cancel: async (reason) => {
        onEnd(reason ?? new Error('the caller went away'));
        await rest?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
