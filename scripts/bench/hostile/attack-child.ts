import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { z } from 'zod';
import { sendToParent, settingsOf } from '../settings.ts';

const pipelinedBytes = 64 * 1024;
const silenceMs = 10_000;
const Attack = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('bodies'),
    path: z.string(),
    body: z.enum(['numbers', 'brackets', 'unique integers', 'valid']),
    bytes: z.number(),
  }),
  z.object({ kind: z.literal('pipelined'), requests: z.array(z.string()) }),
  z.object({ kind: z.literal('unread'), request: z.string(), connections: z.number() }),
]);
const { url, attack, seconds } = settingsOf(
  z.object({ url: z.string(), attack: Attack, seconds: z.number() }),
);
const { hostname, port } = new URL(url);
const endsAt = performance.now() + seconds * 1000;

const responses = await run();
sendToParent({ responses });
process.disconnect();

function run(): Promise<number> {
  if (attack.kind === 'bodies') return sendBodies(attack.path, bodyOf(attack.body, attack.bytes));
  if (attack.kind === 'pipelined') return pipeline(attack.requests);
  return neverRead(attack.request, attack.connections);
}

function bodyOf(shape: 'numbers' | 'brackets' | 'unique integers' | 'valid', bytes: number): string {
  if (shape === 'brackets') {
    const depth = Math.floor((bytes - '{"x":}'.length) / 2);
    return `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  }
  if (shape === 'numbers') return `{"ids":[${'1,'.repeat((bytes - 12) / 2)}1]}`;
  if (shape === 'valid') return `{"ids":[${'"a",'.repeat((bytes - 14) / 4)}"a"]}`;
  const numbers: number[] = [];
  for (let size = 20, next = 0; size < bytes; next += 1) {
    numbers.push(next);
    size += String(next).length + 1;
  }
  return `{"ids":[${numbers.join(',')}]}`;
}

async function sendBodies(path: string, body: string): Promise<number> {
  const client = new Client(url, { headersTimeout: 0, bodyTimeout: 0 });
  const bytes = Buffer.from(body);
  const headers = { 'content-type': 'application/json' };
  let count = 0;
  sendToParent({ begun: true });
  while (performance.now() < endsAt) {
    const response = await client.request({ path, method: 'POST', headers, body: bytes });
    await response.body.dump({ limit: Number.POSITIVE_INFINITY });
    count += 1;
  }
  await client.destroy();
  return count;
}

async function pipeline(requests: readonly string[]): Promise<number> {
  const length = requests.reduce((sum, request) => sum + request.length, 0);
  const times = Math.max(1, Math.floor(pipelinedBytes / length));
  const burst = requests.join('').repeat(times);
  let count = 0;
  sendToParent({ begun: true });
  while (performance.now() < endsAt) count += await burstOnce(burst, times * requests.length);
  return count;
}

/** Sends a burst and reads until all responses are there, or the connection is closed or silent for too long. */
async function burstOnce(burst: string, expected: number): Promise<number> {
  const socket = await connected();
  let count = 0;
  socket.on('data', (chunk: Buffer) => {
    count += chunk.toString('latin1').split('HTTP/1.1 ').length - 1;
    if (count >= expected) socket.destroy();
  });
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.write(burst);
  await once(socket, 'close');
  return count;
}

async function neverRead(request: string, connections: number): Promise<number> {
  const burst = request.repeat(Math.floor(pipelinedBytes / request.length));
  const sockets = await Promise.all(Array.from({ length: connections }, connected));
  for (const socket of sockets) socket.pause().write(burst);
  sendToParent({ begun: true });
  await delay(Math.max(0, endsAt - performance.now()));
  for (const socket of sockets) socket.destroy();
  return 0;
}

async function connected(): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  // A gateway may close it at any time.
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}
