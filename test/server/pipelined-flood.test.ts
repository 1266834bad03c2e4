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
