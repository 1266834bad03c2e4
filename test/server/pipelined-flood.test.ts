import { expect, test } from 'vitest';
import { closed, rawSocket } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { servePlain } from './serve-plain.ts';

const connections = 100;
const readBytes = 64 * 1024;
const asset = Buffer.alloc(16 * 1024 * 1024);
const mebibyte = 1024 * 1024;

test.each([
  ['the shortest requests', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['requests that are malformed', 'GET / HTTP/1.1\r\n\r\n'],
])('connections that send 64 KiB of %s and read nothing cost little memory', async (_, request) => {
  let handled = 0;
  await using served = await servePlain((_incoming, outgoing) => {
    handled += 1;
    outgoing.end(asset);
  });
  const before = process.memoryUsage.rss();
  let most = before;
  const sockets = Array.from({ length: connections }, () => rawSocket(served.url).pause());
  const flood = request.repeat(Math.floor(readBytes / request.length));
  for (const socket of sockets) socket.write(flood);
  const arrived = () => handled + served.observations.length;
  await until('each connection was read', () => {
    most = Math.max(most, process.memoryUsage.rss());
    return arrived() >= connections;
  });
  // Unbounded, each of them had 2,000 to 3,600 requests parsed and kept: 4 GB in all.
  expect(arrived()).toBeLessThanOrEqual(connections * 16);
  expect(most - before).toBeLessThan(200 * mebibyte);
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map(closed));
});

test('requests with bodies that were read together wait for their turns, though each has its response at once', async () => {
  let handled = 0;
  await using served = await servePlain((_incoming, outgoing) => {
    handled += 1;
    outgoing.end();
  });
  const request = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}';
  const socket = rawSocket(served.url).resume();
  socket.write(request.repeat(Math.floor(readBytes / request.length)));
  await closed(socket);
  // Node lets promises and ticks run between the bodies: all 1,170 were handled, in one turn of the event loop.
  expect(handled).toBeLessThanOrEqual(16);
});
