import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../helpers/http.ts';
import { closed, rawSocket, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
// Long enough for an ordinary request on a busy machine.
const timeouts = { headersMs: 1_000, requestMs: 2_000, checkEveryMs: 20 };
const post = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n`;

describe('a connection that is too slow', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], {}, {}, timeouts);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  /** Sends the beginning, then a drop every 50 ms, until the server closes; what came back, and after how long. */
  const trickle = async (beginning: string, drop: string) => {
    const startedAt = performance.now();
    const socket = rawSocket(rowgate.url);
    const received = collected(socket);
    socket.write(beginning);
    const drops = setInterval(() => socket.write(drop), 50);
    await closed(socket);
    clearInterval(drops);
    return { responses: received(), afterMs: performance.now() - startedAt };
  };

  test.concurrent.each([
    ['that sends nothing at all', '', '', timeouts.headersMs],
    ['whose request line comes in drops', 'POST /', 'x', timeouts.headersMs],
    ['whose headers come in drops', post, 'x', timeouts.headersMs],
    ['whose headers never end', post, `x-a: b\r\n`, timeouts.headersMs],
    [
      'whose body comes in drops, with a length',
      `${post}content-length: 1000\r\n\r\n`,
      ' ',
      timeouts.requestMs,
    ],
    [
      'whose body comes in drops, in chunks',
      `${post}transfer-encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
      timeouts.requestMs,
    ],
    ['whose body never comes', `${post}content-length: 1000\r\n\r\n`, '', timeouts.requestMs],
  ])(
    '%s is cut without a response, so that no caller sends it again',
    async (_, beginning, drop, limitMs) => {
      const { responses, afterMs } = await trickle(beginning, drop);
      expect(responses).toBe('');
      expect(afterMs).toBeGreaterThan(limitMs * 0.9);
      expect(rowgate.calls).toEqual([]);
    },
  );

  test('is not one whose function takes longer than that', async () => {
    const headers = { 'content-type': 'application/json', 'x-sim-latency-ms': '2200' };
    const response = await send(rowgate.url + path, { headers, body: '{}' });
    expect([response.status, jsonOf(response)]).toMatchObject([200, { success: true }]);
  });

  test('is not one that rests between two requests', async () => {
    const socket = rawSocket(rowgate.url);
    const received = collected(socket);
    const request = `${post}content-length: 2\r\n\r\n{}`;
    socket.write(request);
    await until('the first has its response', () => received().includes('"success":true'));
    const restedSince = performance.now();
    await until(
      'it rested longer than headers may take',
      () => performance.now() - restedSince > timeouts.headersMs + 200,
    );
    socket.write(request);
    await until('the second has its response', () => statusesIn(received()).length === 2);
    socket.destroy();
    expect(rowgate.calls).toHaveLength(2);
  });

  test('leaves the others alone', async () => {
    const slow = trickle(post, 'x');
    const response = await send(rowgate.url + path, { body: '{}' });
    expect(response.status).toBe(200);
    expect((await slow).responses).toBe('');
  });
});

/** Gives what a socket received so far. */
function collected(socket: Socket): () => string {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  return () => text;
}
