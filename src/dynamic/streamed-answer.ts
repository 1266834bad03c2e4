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
  /** Fires when the call is over: its deadline passed. */
  over: AbortSignal;
}>;

/**
 * The held chunks and then the rest, pulled as fast as the caller reads (back-pressure). A caller that does not read pulls
 * nothing, and so would not come to know that the call is over: it is cut as that happens.
 */
export function streamFrom(held: HeldBody, { onEnd, cut, over }: StreamEnd): ReadableStream<Uint8Array> {
  const { rest } = held;
  let sent = 0;
  let hasEnded = false;
  let abandon = (): void => undefined;
  const end = (fault: unknown): boolean => {
    if (hasEnded) return false;
    hasEnded = true;
    over.removeEventListener('abort', abandon);
    onEnd(fault);
    return true;
  };
  const fail = (controller: ReadableStreamDefaultController, fault: unknown): void => {
    if (!end(fault)) return;
    if (cut === undefined) return controller.error(fault);
    cut();
    controller.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        abandon = () => fail(controller, over.reason);
        over.addEventListener('abort', abandon);
      },
      pull: async (controller) => {
        const chunk = held.chunks[sent];
        if (chunk !== undefined) {
          sent += 1;
          controller.enqueue(chunk);
          return;
        }
        try {
          const next = await rest?.next();
          if (hasEnded) return;
          if (next !== undefined && next.done !== true) controller.enqueue(next.value);
          else if (end(undefined)) controller.close();
        } catch (fault) {
          fail(controller, fault);
        }
      },
      cancel: async (reason) => {
        end(reason ?? new Error('the caller went away'));
        await rest?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
