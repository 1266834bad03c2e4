import type { Answer } from './responses/function-reply.ts';
import { type Exchange, pause, sendHead, writeChunks } from './exchange.ts';
import type { WireFault } from './faults.ts';
import { firstBytes, paddedBytes, paddedChunks } from './responses/padded-body.ts';

const SLOW_BYTE_MS = 50;
const SSE_EVENT_MS = 20;
const SSE_PROGRESS_EVENTS = 3;

type WireOutcome = Readonly<{ answer: Answer; responseBytes: number | undefined }>;

/** Puts a broken, endless or streamed answer on the wire. `answer` is what the function would have said. */
export async function deliverWireFault(
  exchange: Exchange,
  fault: WireFault,
  outcome: WireOutcome,
): Promise<void> {
  switch (fault) {
    case 'reset':
      return sendReset(exchange);
    case 'stall':
      return undefined; // Nothing is ever sent; the exchange ends when the caller leaves.
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
export function sendReset({ response }: Exchange): void {
  response.socket?.resetAndDestroy();
}

async function sendSlowBody(exchange: Exchange, { answer }: WireOutcome): Promise<void> {
  sendHead(exchange.response, answer, undefined);
  for (;;) {
    await writeChunks(exchange, [' ']);
    await pause(exchange, SLOW_BYTE_MS);
  }
}

function sendGarbage({ response }: Exchange): void {
  response.socket?.end(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]));
}

async function sendTruncated(exchange: Exchange, { answer, responseBytes }: WireOutcome): Promise<void> {
  const announced = paddedBytes(answer.body, responseBytes);
  sendHead(exchange.response, answer, announced);
  const chunks = paddedChunks(answer.body, responseBytes);
  await writeChunks(exchange, firstBytes(chunks, Math.floor(announced / 2)));
  exchange.response.socket?.destroySoon();
}

async function sendEvents(exchange: Exchange, { answer }: WireOutcome): Promise<void> {
  const headers = answer.headers.filter(([name]) => name.toLowerCase() !== 'content-type');
  const stream = [...headers, ['content-type', 'text/event-stream'], ['cache-control', 'no-cache']] as const;
  sendHead(exchange.response, { ...answer, headers: stream }, undefined);
  for (let step = 1; step <= SSE_PROGRESS_EVENTS; step += 1) {
    await writeChunks(exchange, [`event: progress\ndata: ${JSON.stringify({ step })}\n\n`]);
    await pause(exchange, SSE_EVENT_MS);
  }
  await writeChunks(exchange, [`event: result\ndata: ${answer.body}\n\n`]);
  exchange.response.end();
}
