import { expect, test } from 'vitest';
import { rawExchange, rawSocket, statusesIn } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { servePlain } from './serve-plain.ts';

const get = (...lines: readonly string[]) => `GET /a?secret=1 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
const manyHeaders = Array.from({ length: 201 }, (_, index) => `x-${index}: y`);

test.each([
  ['two Hosts', get('host: a', 'host: b'), { method: 'GET', path: '/a', status: 400 }],
  ['too many headers', get('host: a', ...manyHeaders), { method: 'GET', path: '/a', status: 431 }],
  ['too large a header', get('host: a', `x: ${'y'.repeat(20_000)}`), { path: '', status: 431 }],
  ['bytes that are not HTTP', 'hello\r\n\r\n', { path: '', status: 400 }],
  [
    'CONNECT',
    'CONNECT a.modal.run:443 HTTP/1.1\r\nhost: a.modal.run:443\r\n\r\n',
    { method: 'CONNECT', path: 'a.modal.run:443', status: 400 },
  ],
])('a refusal by the listener itself is observed, with its request id: %s', async (_, bytes, refused) => {
  await using served = await servePlain((_incoming, outgoing) => outgoing.end());
  const response = await rawExchange(served.url, bytes);
  expect(statusesIn(response)).toEqual([refused.status]);
  const requestId = /x-request-id: (\S+)/i.exec(response)?.[1];
  expect(served.observations).toMatchObject([
    { kind: 'request_refused', requestId, keyId: null, clientAddress: '127.0.0.1', ...refused },
  ]);
});

test('a caller gets the refusal of a broken body although it goes on sending', async () => {
  await using served = await servePlain((incoming) => incoming.on('error', () => undefined).resume());
  const socket = rawSocket(served.url);
  let received = '';
  let isReset = false;
  let hasEnded = false;
  socket.on('error', () => (isReset = true)).on('end', () => (hasEnded = true));
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n');
  const more = setInterval(() => socket.write(Buffer.alloc(64 * 1024)), 1);
  await until('the server has closed its side', () => hasEnded);
  clearInterval(more);
  socket.destroy();
  expect(statusesIn(received)).toEqual([400]);
  expect(isReset).toBe(false);
});
