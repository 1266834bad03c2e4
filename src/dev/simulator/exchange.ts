import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedResponse } from './responses/simulated-response.ts';

/** One request in progress. The signal aborts when the caller disconnects or the simulator closes, and ends every wait. */
export type Exchange = Readonly<{
  serverResponse: ServerResponse;
  signal: AbortSignal;
  host: string;
  target: string;
}>;

/** Sends the outcome of a call; runs again when the result is loaded again. */
export type Delivery = (exchange: Exchange) => Promise<void> | void;

/** Timers are limited to 31 bits; a longer delay would fire at once (Node, setTimeout). */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits; rejects with AbortError if the caller disconnects first. */
export async function pause(exchange: Exchange, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await delay(Math.min(milliseconds, MAX_TIMER_MS), undefined, { signal: exchange.signal });
}

/** Sends status and headers; without a length the body is chunked. */
export function sendHead(
  serverResponse: ServerResponse,
  response: SimulatedResponse,
  bodyBytes: number | undefined,
): void {
  const headers = response.headers.flat();
  const isBodyless = response.status === 204 || response.status === 304;
  if (bodyBytes !== undefined && !isBodyless) headers.push('content-length', String(bodyBytes));
  serverResponse.writeHead(response.status, headers);
}

/** Sends a complete response of ordinary size. */
export function sendResponse({ serverResponse }: Exchange, response: SimulatedResponse): void {
  sendHead(serverResponse, response, Buffer.byteLength(response.body));
  serverResponse.end(response.body);
}

/** Writes with back-pressure: the next chunk is made only once the socket has accepted the previous one. */
export async function writeChunks(
  { serverResponse, signal }: Exchange,
  chunks: Iterable<string | Uint8Array>,
): Promise<void> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    if (!serverResponse.write(chunk)) await once(serverResponse, 'drain', { signal });
  }
}
