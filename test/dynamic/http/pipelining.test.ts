import { describe, expect, test } from 'vitest';
import type { Script } from '../../helpers/scripted-function.ts';
import { closed, rawExchange, rawSocket, statusesIn } from '../../helpers/raw.ts';
import { until } from '../../helpers/until.ts';
import { settled } from '../call/settled.ts';
import { path, serveCore } from './serve.ts';

const request = (id: string) =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: ${id}\r\ncontent-length: 2\r\n\r\n{}`;
const ids = ['first', 'second', 'third'];
const requests = (count: number) =>
  Array.from({ length: count }, (_, index) => request(`r${index}`)).join('');
const pipeline = ids.map(request).join('');
const silent: Script = () => undefined;

describe('requests in a pipeline', () => {
  test('are handled one after another (RFC 9112 section 9.3.2), and get their responses in order', async () => {
    let open = 0;
    let mostOpen = 0;
    await using served = await serveCore((_, response, { headers }) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      setImmediate(() => {
        open -= 1;
        response.end(String(headers['x-request-id']));
      });
    });
    const last = request('last').replace('content-length', 'connection: close\r\ncontent-length');
    const received = await rawExchange(served.url, pipeline + last);
    expect(received.match(/(?<=\r\n\r\n)(first|second|third|last)/g)).toEqual([...ids, 'last']);
    expect(mostOpen).toBe(1);
  });

  test('are no calls yet where the caller leaves during the first', async () => {
    await using served = await serveCore(silent);
    const socket = rawSocket(served.url);
    socket.write(pipeline);
    await until('the first is at the function', () => served.fn.open() === 1);
    socket.destroy();
    await until('the function is hung up on', () => served.fn.open() === 0);
    expect(await settled(served.core)).toMatchObject([
      { requestId: 'first', outcome: 'abandoned', status: 499, attempts: 1 },
    ]);
  });

  test('behind a response that closes the connection are not handled', async () => {
    await using served = await serveCore((_, response) => response.end('{}'));
    const closing = request('closing').replace('content-length', 'connection: close\r\ncontent-length');
    expect(statusesIn(await rawExchange(served.url, closing + pipeline))).toEqual([200]);
    expect(await settled(served.core)).toMatchObject([{ requestId: 'closing' }]);
  });

  test('behind the sixteenth that has no response yet are dropped, and the connection closes after that', async () => {
    await using served = await serveCore((_, response) => response.end('{}'));
    const received = await rawExchange(served.url, requests(500));
    expect(statusesIn(received)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(received.match(/connection: close/gi)).toHaveLength(1);
    expect(await settled(served.core)).toHaveLength(16);
  });

  test('are served beyond sixteen where the caller reads as it sends', async () => {
    await using served = await serveCore((_, response) => response.end('{}'));
    const socket = rawSocket(served.url);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    for (let round = 1; round <= 5; round += 1) {
      socket.write(requests(10));
      await until('its responses are there', () => statusesIn(received).length === round * 10);
    }
    socket.destroy();
    await closed(socket);
  });
});
