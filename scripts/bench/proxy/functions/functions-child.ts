import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { settingsOf, sendToParent } from '../../settings.ts';
import { responseBody } from '../payloads.ts';
import { eventsPath } from './functions.ts';

/** Stands for functions: responds once it has read the body. Ends with its parent. */
const { certificate } = settingsOf(
  z.object({ certificate: z.object({ certificateFile: z.string(), keyFile: z.string() }).nullable() }),
);
const betweenEventsMs = 30;
const bodies = { small: Buffer.from(responseBody('small')), large: Buffer.from(responseBody('large')) };

const keepAlive = { keepAliveTimeout: 3_600_000 };

const plain = await listening(createServer(keepAlive, respond));
const tls =
  certificate === null ? null : await listening(createTlsServer(await withPem(certificate), respond));
sendToParent({ plain: `http://127.0.0.1:${plain}`, tls: tls === null ? null : `https://127.0.0.1:${tls}` });
process.on('disconnect', () => process.exit(0));

async function withPem({ certificateFile, keyFile }: NonNullable<typeof certificate>) {
  return { ...keepAlive, cert: await readFile(certificateFile), key: await readFile(keyFile) };
}

async function listening(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The functions have no port.');
  return address.port;
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.once('end', () => {
    if (request.url === eventsPath) return void sendEvents(response);
    const body = request.url?.startsWith('/large') === true ? bodies.large : bodies.small;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
    response.end(body);
  });
}

/** Two events with time between them: whoever buffers the stream shows by it. */
async function sendEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
  await delay(betweenEventsMs);
  response.end('data: 2\n\n');
}
