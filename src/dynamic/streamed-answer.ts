import type { HeldBody } from './held-body.ts';

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
