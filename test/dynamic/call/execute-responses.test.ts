import { describe, expect, test } from 'vitest';
import type { CallResult } from '../../../src/dynamic/call/call-result.ts';
import { startRawFunction } from '../../helpers/raw-function.ts';
import type { Script } from '../../helpers/scripted-function.ts';
import { until, untilStill } from '../../helpers/until.ts';
import { callOf, createCore, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { startCore } from './start-core.ts';

const kilobyte = 1024;
const limit = 256 * kilobyte;
const bodyOf =
  (bytes: number): Script =>
  (_, response) =>
    response.end(Buffer.alloc(bytes, 'x'));

function bodyKind(result: CallResult): string {
  return result.kind === 'response' ? result.body.kind : result.kind;
}

describe('a response', () => {
  test.each([
    [0, 'buffered'],
    [limit, 'buffered'],
    [limit + 1, 'streamed'],
    [3 * limit, 'streamed'],
  ])('of %i bytes is %s, and comes whole', async (bytes, kind) => {
    await using started = await startCore(bodyOf(bytes));
    const { core } = started;
    const result = await core.execute(callOf(routeOf()));
    expect(bodyKind(result)).toBe(kind);
    const { status, body, isWhole } = await take(result);
    expect([status, body.length, isWhole]).toEqual([200, bytes, true]);
    expect(await settled(core)).toMatchObject([
      { events: 'started responded ended', outcome: 'whole', status: 200, responseBytes: bytes },
    ]);
  });

  test.each([204, 304, 404, 422, 500])('of status %i is the function’s own', async (status) => {
    await using started = await startCore((_, response) => response.writeHead(status).end());
    const result = await take(await started.core.execute(callOf(routeOf())));
    expect(result).toMatchObject({ status, isWhole: true });
    expect(await settled(started.core)).toMatchObject([{ outcome: 'whole', status, code: null }]);
  });

  test('that is not taken makes the function wait, and comes whole when it is', async () => {
    const total = 64 * 1024 * kilobyte;
    let written = 0;
    await using started = await startCore((_, response) => {
      const fill = (): void => {
        while (written < total) {
          written += 64 * kilobyte;
          if (!response.write(Buffer.alloc(64 * kilobyte))) {
            response.once('drain', fill);
            return;
          }
        }
        response.end();
      };
      fill();
    });
    const { core } = started;
    const result = await core.execute(callOf(routeOf()));
    if (result.kind !== 'response' || result.body.kind === 'buffered') throw new Error('Not streamed.');
    const { body, delivery } = result;
    let [taken, mayCome] = [0, 0];
    const { promise, resolve } = Promise.withResolvers<unknown>();
    delivery.begin(resolve);
    body.start({
      write: (chunk) => {
        taken += chunk.byteLength;
        mayCome -= 1;
        return mayCome > 0;
      },
      end: () => resolve('end'),
      cut: resolve,
    });
    for (const chunks of [1, 2, 100]) {
      mayCome = chunks;
      body.resume();
      await until('as many came as were wanted', () => mayCome <= 0);
    }
    await untilStill('the function is made to wait', () => written);
    expect(taken).toBeLessThan(total / 2);
    expect(written).toBeLessThan(total);
    mayCome = Number.POSITIVE_INFINITY;
    body.resume();
    expect(await promise).toBe('end');
    expect(taken).toBe(total);
    delivery.end('whole', taken);
    expect(await settled(core)).toMatchObject([{ outcome: 'whole', responseBytes: total }]);
  });

  test('of the platform is known for what it is also where there is no room to buffer', async () => {
    const notDeployed = 'modal-http: invalid function call';
    await using started = await startCore(
      (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end(notDeployed),
      { maxBufferedBytes: 1 },
    );
    const result = await take(await started.core.execute(callOf(routeOf(), { body: null })));
    expect(result.body).toBe('function_not_deployed');
    expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 502 }]);
  });
});

describe('a response that breaks off', () => {
  const lost = { outcome: 'refused', status: 502, code: 'upstream_connection_lost', responseBytes: 0 };

  test.each([
    ['before its head', ''],
    ['in its head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['in a small body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a":'],
    ['in a small body of chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n'],
  ])('%s is a 502', async (_, bytes) => {
    await using fn = await startRawFunction(() => bytes);
    await using core = createCore({ connectTo: fn.origin });
    const result = await take(await core.execute(callOf(routeOf())));
    expect(result.body).toBe('upstream_connection_lost');
    expect(await settled(core)).toMatchObject([{ ...lost, events: 'started responded ended', attempts: 1 }]);
  });

  test.each([
    ['of events', { 'content-type': 'text/event-stream' }, 'data: 1\n\n'],
    ['of 512 KiB', {}, 'x'.repeat(2 * limit)],
  ])(
    'by a reset, though only the end of the connection ends its body, is cut: %s',
    async (_, headers, body) => {
      let reset: () => unknown = () => undefined;
      await using started = await startCore((_call, response) => {
        reset = () => response.socket?.resetAndDestroy();
        response.useChunkedEncodingByDefault = false;
        response.writeHead(200, { ...headers, connection: 'close' }).write(body);
      });
      const result = await started.core.execute(callOf(routeOf()));
      reset();
      expect(await take(result)).toMatchObject({ status: 200, isWhole: false });
      expect(await settled(started.core)).toMatchObject([{ outcome: 'cut', error: expect.any(Error) }]);
    },
  );

  test('by a reset in a small body that only the end of the connection ends is a 502', async () => {
    await using started = await startCore((_, response) => {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { connection: 'close' }).write('{"a":', () => {
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
      });
    });
    const result = await take(await started.core.execute(callOf(routeOf())));
    expect(result.body).toBe('upstream_connection_lost');
  });

  test('in the middle of its stream is cut, and what came of it is reported', async () => {
    await using started = await startCore((_, response) => {
      response.write(Buffer.alloc(2 * limit), () => {
        setImmediate(() => response.socket?.destroySoon());
      });
    });
    const result = await take(await started.core.execute(callOf(routeOf())));
    expect(result).toMatchObject({ status: 200, isWhole: false });
    expect(await settled(started.core)).toMatchObject([
      {
        outcome: 'cut',
        status: 200,
        code: null,
        attempts: 1,
        responseBytes: result.body.length,
        error: expect.any(Error),
      },
    ]);
  });
});
