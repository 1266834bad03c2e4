import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { closed } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { servePlain } from './serve-plain.ts';

const chunks = 200_000;
const head = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n';

test('an upload that goes on after its response is read, but not parsed, and resets nothing', async () => {
  let parsed = 0;
  await using served = await servePlain((incoming, outgoing) => {
    const push = incoming.push.bind(incoming);
    incoming.push = (...args) => {
      parsed += 1;
      return push(...args);
    };
    outgoing.shouldKeepAlive = false;
    outgoing.end('refused');
  });
  const { hostname, port } = new URL(served.url);
  // It goes on sending after the server has closed its side.
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => undefined);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.write(head);
  await until('the response is here', () => Buffer.concat(received).toString().endsWith('refused'));
  const before = parsed;
  await new Promise<void>((resolve, reject) => {
    socket.write('1\r\nx\r\n'.repeat(chunks), (error) => (error ? reject(error) : resolve()));
  });
  // The server has closed its side; the connection ends, without an error, when we close ours.
  if (!socket.readableEnded) await once(socket, 'end');
  socket.end();
  await closed(socket);
  expect(socket.errored).toBeNull();
  // Parsed, each chunk would be pushed to the request.
  expect(parsed - before).toBeLessThan(chunks / 100);
});
