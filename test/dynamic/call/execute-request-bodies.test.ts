import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { respondJson, type Script } from '../../helpers/scripted-function.ts';
import { until, untilStill } from '../../helpers/until.ts';
import { callOf, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { chunksThen, sourceOf, stall } from './sources.ts';
import { startCore } from './start-core.ts';

const kilobyte = 1024;
const json: Script = (_, response, request) => respondJson(response, request);
/** Gives back what it got. */
const echo: Script = async (_, response, request) => response.end(await buffer(request));
/** Reads, and responds to nothing. */
const reading: Script = (_, __, request) => request.on('error', () => undefined).resume();
const broken = new Error('the connection of the caller broke');
const breaks = () => {
  throw broken;
};
const whole = { outcome: 'whole', status: 200, attempts: 1 };

describe('a request body', () => {
  const filled = (bytes: number) => Buffer.alloc(bytes, 'x');
  const json64 = Buffer.from('{ "n": 12345678901234567890 }');
  const binary = Buffer.from([0, 255, 10, 13, 128]);
  test.each([
    ['as bytes', json64, json64],
    ['that is not JSON', binary, binary],
    ['in small chunks', sourceOf(chunksThen(3, 7)).body, filled(21)],
    ['larger than is buffered', sourceOf(chunksThen(100, 8 * kilobyte)).body, filled(800 * kilobyte)],
    [
      'whose length is announced',
      sourceOf(chunksThen(100, 8 * kilobyte), 800 * kilobyte).body,
      filled(800 * kilobyte),
    ],
    ['that is empty', sourceOf([], 0).body, filled(0)],
  ])('%s reaches the function byte for byte, and its bytes are reported', async (_, body, expected) => {
    const sent: Buffer[] = [];
    await using started = await startCore(async (__, response, request) => {
      sent.push(await buffer(request));
      response.end();
    });
    await take(await started.core.execute(callOf(routeOf(), { body })));
    expect(sent.map((got) => got.equals(expected))).toEqual([true]);
    expect(await settled(started.core)).toMatchObject([{ ...whole, requestBytes: expected.byteLength }]);
  });

  test('of a GET row is not sent', async () => {
    await using started = await startCore(echo);
    const route = routeOf({ api_endpoint_url: 'GET /run/companies/demo/echo/get' });
    const result = await take(await started.core.execute(callOf(route)));
    expect(result).toMatchObject({ status: 200, body: '' });
    expect(await settled(started.core)).toMatchObject([{ ...whole, requestBytes: 2 }]);
  });

  test('that the function does not read is not asked of the caller', async () => {
    const { promise: reads, resolve: read } = Promise.withResolvers<void>();
    const patient: Script = async (_, response, request) => {
      request.pause();
      await reads;
      await respondJson(response, request);
    };
    await using started = await startCore(patient, { maxBodyBytes: 400 * 64 * kilobyte });
    const source = sourceOf(chunksThen(400, 64 * kilobyte));
    const call = callOf(routeOf(), { body: source.body });
    const core = started.core;
    const result = core.execute(call);
    await until('the function is called', () => started.fn.calls() === 1);
    await untilStill('no more is taken', () => source.taken());
    expect(source.taken()).toBeLessThan(400);
    read();
    expect(await take(await result)).toMatchObject({ status: 200 });
    expect(await settled(core)).toMatchObject([{ ...whole, requestBytes: 400 * 64 * kilobyte }]);
  });

  test('that the function does not want the rest of is given up', async () => {
    await using started = await startCore((_, response) => response.writeHead(413).end('{"detail":"no"}'));
    const source = sourceOf(chunksThen(100, 64 * kilobyte, stall));
    const result = await started.core.execute(callOf(routeOf(), { body: source.body }));
    expect(await take(result)).toMatchObject({ status: 413, body: '{"detail":"no"}' });
    await until('its rest is given up', source.isReturned);
    expect(await settled(started.core)).toMatchObject([{ ...whole, status: 413 }]);
  });
});

test('a large body that the function does not read does not cost its response', async () => {
  await using started = await startCore((_, response) => response.writeHead(413).end('{"detail":"no"}'));
  const body = Buffer.alloc(8 * 1024 * kilobyte, 'x');
  const result = await started.core.execute(callOf(routeOf(), { body }));
  expect(await take(result)).toMatchObject({ status: 413, body: '{"detail":"no"}' });
  expect(await settled(started.core)).toMatchObject([{ ...whole, status: 413 }]);
});

describe('a request body that breaks off', () => {
  test('while it is buffered is invalid_body, and the function is not called', async () => {
    await using started = await startCore(json);
    const { body } = sourceOf(chunksThen(2, kilobyte, breaks));
    const result = await take(await started.core.execute(callOf(routeOf(), { body })));
    expect(result.body).toBe('invalid_body');
    expect(await settled(started.core)).toMatchObject([
      { outcome: 'refused', status: 400, code: 'invalid_body', attempts: 0, error: broken },
    ]);
    expect(started.fn.calls()).toBe(0);
  });

  test('while it is streamed is invalid_body, and the call of the function is broken off', async () => {
    await using started = await startCore(reading);
    const { core, fn } = started;
    const { body } = sourceOf(
      chunksThen(100, 8 * kilobyte, async () => {
        await until('the function is called', () => fn.calls() === 1);
        breaks();
      }),
    );
    const result = await take(await core.execute(callOf(routeOf(), { body })));
    expect(result.body).toBe('invalid_body');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([
      { outcome: 'refused', status: 400, code: 'invalid_body', attempts: 1, error: broken },
    ]);
  });

  test('because its caller left is no fault of anybody', async () => {
    await using started = await startCore(json);
    const caller = new AbortController();
    const { body } = sourceOf(
      chunksThen(1, kilobyte, () => {
        caller.abort();
        breaks();
      }),
    );
    const result = await started.core.execute(callOf(routeOf(), { body }), caller.signal);
    expect(result.kind).toBe('abandoned');
    expect(await settled(started.core)).toMatchObject([
      { events: 'started ended', outcome: 'abandoned', status: 499, code: null, attempts: 0 },
    ]);
  });
});

describe('a request body that is too much', () => {
  test('by its announced length is refused unread', async () => {
    await using started = await startCore(json, { maxBodyBytes: 4 * kilobyte });
    const source = sourceOf(chunksThen(5, kilobyte), 5 * kilobyte);
    const result = await take(await started.core.execute(callOf(routeOf(), { body: source.body })));
    expect([result.body, source.taken()]).toEqual(['body_too_large', 0]);
    expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 413, attempts: 0 }]);
  });

  test('as it turns out while it is streamed breaks off the call of the function', async () => {
    await using started = await startCore(reading, { maxBodyBytes: 512 * kilobyte });
    const { body } = sourceOf(chunksThen(600, kilobyte));
    const result = await take(await started.core.execute(callOf(routeOf(), { body })));
    expect(result.body).toBe('body_too_large');
    await until('the function is hung up on', () => started.fn.open() === 0);
    expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 413, attempts: 1 }]);
  });
});

test('an upload that stalls is body_too_slow at the deadline, and says nothing of the function', async () => {
  await using started = await startCore(reading);
  const { core, fn } = started;
  const route = routeOf({ timeout_seconds: 2 });
  const uploads = Array.from({ length: 12 }, async (_, call) => {
    const { body } = sourceOf(chunksThen(100, 8 * kilobyte, stall));
    return take(await core.execute(callOf(route, { requestId: `req-${call}`, body })));
  });
  const results = await Promise.all(uploads);
  expect(new Set(results.map(({ body }) => body))).toEqual(new Set(['body_too_slow']));
  expect((await settled(core)).map(({ outcome, status }) => [outcome, status])).toEqual(
    uploads.map(() => ['refused', 504]),
  );
  expect(core.observations.filter(({ kind }) => kind === 'breaker_changed')).toEqual([]);
  await until('the function is hung up on', () => fn.open() === 0);
});
