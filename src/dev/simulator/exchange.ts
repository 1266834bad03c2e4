import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './responses/function-reply.ts';

/** One request in progress; the signal aborts when the caller leaves or the simulator closes, and ends every wait. */
export type Exchange = Readonly<{
  response: ServerResponse;
  signal: AbortSignal;
  host: string;
  target: string;
}>;

/** How a call's outcome is put on the wire; may run again when the result is loaded again. */
export type Delivery = (exchange: Exchange) => Promise<void> | void;

/** Timers count in 31 bits; a longer delay would fire at once (Node, setTimeout). */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits; rejects with AbortError when the caller leaves first. */
export async function pause(exchange: Exchange, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await delay(Math.min(milliseconds, MAX_TIMER_MS), undefined, { signal: exchange.signal });
}

/** Sends status and headers; a length of undefined is chunked. */
export function sendHead(response: ServerResponse, answer: Answer, bodyBytes: number | undefined): void {
  const headers = answer.headers.flat();
  const isBodyless = answer.status === 204 || answer.status === 304;
  if (bodyBytes !== undefined && !isBodyless) headers.push('content-length', String(bodyBytes));
  response.writeHead(answer.status, headers);
}

/** Sends a whole answer of ordinary size. */
export function sendAnswer({ response }: Exchange, answer: Answer): void {
  sendHead(response, answer, Buffer.byteLength(answer.body));
  response.end(answer.body);
}

/** Writes with back-pressure: the next chunk is made only when the socket took the last one. */
export async function writeChunks(
  { response, signal }: Exchange,
  chunks: Iterable<string | Uint8Array>,
): Promise<void> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    if (!response.write(chunk)) await once(response, 'drain', { signal });
  }
}
