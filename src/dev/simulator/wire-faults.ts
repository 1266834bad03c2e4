import type { SimulatedResponse } from './responses/simulated-response.ts';
import { type Exchange, pause, sendHead, writeChunks } from './exchange.ts';
import type { WireFault } from './faults.ts';
import { firstBytes, paddedBytes, paddedChunks } from './responses/padded-body.ts';

const SLOW_BYTE_MS = 50;
const SSE_EVENT_MS = 20;
const SSE_PROGRESS_EVENTS = 3;

type WireOutcome = Readonly<{ response: SimulatedResponse; responseBytes: number | undefined }>;

/** Sends a broken, endless or streamed response. `response` is what the function would have returned. */
export async function deliverWireFault(
  exchange: Exchange,
  fault: WireFault,
  outcome: WireOutcome,
): Promise<void> {
  switch (fault) {
    case 'reset':
      return sendReset(exchange);
    case 'stall':
      return undefined; // Nothing is ever sent; the exchange ends when the caller disconnects.
    case 'slow-body':
      return sendSlowBody(exchange, outcome);
    case 'garbage':
      return sendGarbage(exchange);
    case 'truncated':
      return sendTruncated(exchange, outcome);
    case 'sse':
      return sendEvents(exchange, outcome);
  }
}

/** A TCP RST, which a caller sees as ECONNRESET; plain `destroy()` would be a FIN. */
export function sendReset({ serverResponse }: Exchange): void {
  serverResponse.socket?.resetAndDestroy();
}

async function sendSlowBody(exchange: Exchange, { response }: WireOutcome): Promise<void> {
  sendHead(exchange.serverResponse, response, undefined);
  for (;;) {
    await writeChunks(exchange, [' ']);
    await pause(exchange, SLOW_BYTE_MS);
  }
}

function sendGarbage({ serverResponse }: Exchange): void {
  serverResponse.socket?.end(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]));
}

async function sendTruncated(exchange: Exchange, { response, responseBytes }: WireOutcome): Promise<void> {
  const announced = paddedBytes(response.body, responseBytes);
  sendHead(exchange.serverResponse, response, announced);
  const chunks = paddedChunks(response.body, responseBytes);
  await writeChunks(exchange, firstBytes(chunks, Math.floor(announced / 2)));
  exchange.serverResponse.socket?.destroySoon();
}

async function sendEvents(exchange: Exchange, { response }: WireOutcome): Promise<void> {
  const headers = response.headers.filter(([name]) => name.toLowerCase() !== 'content-type');
  const stream = [...headers, ['content-type', 'text/event-stream'], ['cache-control', 'no-cache']] as const;
  sendHead(exchange.serverResponse, { ...response, headers: stream }, undefined);
  for (let step = 1; step <= SSE_PROGRESS_EVENTS; step += 1) {
    await writeChunks(exchange, [`event: progress\ndata: ${JSON.stringify({ step })}\n\n`]);
    await pause(exchange, SSE_EVENT_MS);
  }
  await writeChunks(exchange, [`event: result\ndata: ${response.body}\n\n`]);
  exchange.serverResponse.end();
}
