import { once } from 'node:events';
import { createServer, request, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { writeChunks } from '../../../src/dev/simulator/exchange.ts';

const CHUNK_COUNT = 1000;

/** The server side of a request whose response nobody reads. */
async function unreadResponse(): Promise<ServerResponse> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  const outgoing = request({ port: address.port, host: '127.0.0.1' }).on('error', () => undefined);
  outgoing.end();
  onTestFinished(() => {
    outgoing.destroy();
    server.close();
  });
  const [, response] = await once(server, 'request');
  if (!(response instanceof ServerResponse)) throw new TypeError('no response');
  return response;
}

test('a chunk is made only once the socket has accepted the previous one, and none after the caller disconnects', async () => {
  const response = await unreadResponse();
  const aborter = new AbortController();
  let madeCount = 0;
  function* chunks(): Generator<Uint8Array> {
    for (; madeCount < CHUNK_COUNT; madeCount += 1) yield Buffer.alloc(64 * 1024);
  }
  const exchange = { serverResponse: response, signal: aborter.signal, host: '', target: '/' };
  const writing = writeChunks(exchange, chunks());
  expect(madeCount).toBeLessThan(CHUNK_COUNT);
  aborter.abort();
  await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
  expect(madeCount).toBeLessThan(CHUNK_COUNT);
});
