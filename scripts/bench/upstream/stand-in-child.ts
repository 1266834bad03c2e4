import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { sendToParent } from '../settings.ts';
import { checksum, patternOf } from './pattern.ts';

/**
 * Stands in for all functions of this benchmark; the path decides what a function does. Reports to its parent how many
 * calls it has now and had at most. Ends with its parent.
 */
type Function = (request: IncomingMessage, response: ServerResponse, amount: number) => Promise<void> | void;

const functions: Readonly<Record<string, Function>> = {
  /** Responds after the given number of milliseconds. */
  after: async (request, response, milliseconds) => {
    request.resume();
    await once(request, 'end');
    await delay(milliseconds);
    respond(response, { success: true });
  },
  'stall-head': (request) => void request.resume(),
  'stall-body': (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"success":');
  },
  /** Reads the body, starting after the given number of milliseconds, and responds with what it received. */
  checksum: async (request, response, milliseconds) => {
    await delay(milliseconds);
    const sum = checksum();
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) sum.add(chunk);
    respond(response, sum.result());
  },
  /** Responds with the given number of bytes, as fast as they are read. */
  bytes: async (request, response, bytes) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
    for (const chunk of patternOf(bytes)) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  },
};

let now = 0;
let peak = 0;
const server = createServer({ requestTimeout: 0 }, (request, response) => {
  now += 1;
  peak = Math.max(peak, now);
  response.once('close', () => (now -= 1));
  const [, name = '', amount = '0'] = (request.url ?? '').split(/[/?]/);
  const run = functions[name];
  if (run === undefined) response.writeHead(404).end();
  // A caller that disconnects ends its call; nothing else is expected to fail.
  else void Promise.resolve(run(request, response, Number(amount))).catch(() => response.destroy());
});
server.keepAliveTimeout = 120_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The stand-in has no port.');
  sendToParent({ origin: `http://127.0.0.1:${address.port}` });
});
process.on('message', () => sendToParent({ now, peak }));
process.on('disconnect', () => process.exit(0));

function respond(response: ServerResponse, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
