import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { RegistryStatus } from '../../../src/schemas/api-shapes/status-api.ts';
import { type RawResponse, jsonOf, send } from '../../helpers/http.ts';
import { rawSocket } from '../../helpers/raw.ts';
import { type Environment, startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { respondJson, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

async function startWith(script: Script, row: TestRow = {}, env: Environment = {}) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow(row)], { UPSTREAM_CONNECT_TO: fn.origin, ...env });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = (body: Uint8Array | string = '{}') => send(rowgate.url + path, { headers: json, body });
  const status = async () => jsonOf(await send(`${rowgate.url}/api/enrichment/status`, { method: 'GET' }));
  const metrics = async () => (await send(`${rowgate.url}/metrics`, { method: 'GET' })).body.toString();
  return { fn, ask, status, metrics, rowgate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A function whose calls get a response when a test says so. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const script: Script = async (_, response, request) => {
    await promise;
    await respondJson(response, request);
  };
  return { script, release: () => resolve() };
}

const refusal = ({ status, headers }: RawResponse) => [
  status,
  headers['retry-after'],
  headers['proxy-status'],
];
const limitReached = [503, '1', 'rowgate; error=connection_limit_reached'];

describe('a function that breaks every connection', () => {
  test('is not called any more after ten calls, which status and metrics tell; others are', async () => {
    await using started = await startWith((_, response) => response.socket?.resetAndDestroy());
    for (let n = 0; n < 10; n += 1) expect((await started.ask()).status).toBe(502);
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({ code: 'breaker_open', workflow_slug: 'echo' });
    expect(refusal(response)).toEqual([
      503,
      expect.stringMatching(/^[1-5]$/),
      'rowgate; error=destination_unavailable',
    ]);
    expect(response.headers['server-timing']).toMatch(/attempts;desc="0"$/);
    expect(started.fn.calls()).toBe(10);
    expect(await started.status()).toMatchObject({
      calls: {
        breakers: [
          {
            function_host: 'demodata--app-echo.modal.run',
            state: 'open',
            retry_after_seconds: expect.any(Number),
            workflow_slugs: ['echo'],
          },
        ],
      },
    });
    expect(await started.metrics()).toMatch(/^rowgate_breakers\{state="open"\} 1$/m);
    expect(started.rowgate.observations).toContainEqual({
      kind: 'breaker_changed',
      functionHost: 'demodata--app-echo.modal.run',
      state: 'open',
    });
  });

  test('fails each call that was under way as what befell it, though the breaker opens among them', async () => {
    const waiting: ServerResponse[] = [];
    await using started = await startWith((_, response) => waiting.push(response));
    const calls = Array.from({ length: 40 }, () => started.ask());
    await until('all are at the function', () => waiting.length === 40);
    for (const response of waiting) {
      response.socket?.resetAndDestroy();
      await nextTurn();
    }
    for (const response of await Promise.all(calls)) {
      expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_connection_lost' });
    }
    expect(refusal(await started.ask())[0]).toBe(503);
    expect(started.fn.calls()).toBe(40);
  });

  test('is called again after a while, and served when it is well', async () => {
    let isWell = false;
    await using started = await startWith((_, response, request) =>
      isWell ? respondJson(response, request) : response.socket?.resetAndDestroy(),
    );
    await Promise.all(Array.from({ length: 10 }, () => started.ask()));
    expect((await started.ask()).status).toBe(503);
    isWell = true;
    await until('the breaker lets a call through', async () => (await started.ask()).status === 200);
    expect((await started.ask()).status).toBe(200);
  });
});

test("a function's own errors, however many, open no breaker", async () => {
  await using started = await startWith((_, response) => response.writeHead(500, json).end('{}'));
  for (let n = 0; n < 25; n += 1) expect((await started.ask()).status).toBe(500);
  expect(started.fn.calls()).toBe(25);
});

test('a caller that leaves while its call tries a function out neither closes the breaker nor holds the next one up', async () => {
  let hangs = false;
  await using started = await startWith((_, response) => hangs || response.socket?.resetAndDestroy());
  for (let n = 0; n < 10; n += 1) await started.ask();
  const isDue = async () => {
    const { calls } = RegistryStatus.parse(await started.status());
    return calls.breakers.every(({ state, retry_after_seconds: s }) => state === 'open' && s === 0);
  };
  await until('a call would be let through', isDue);
  hangs = true;
  const caller = rawSocket(started.rowgate.url);
  caller.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}`);
  await until('it is at the function', () => started.fn.open() === 1);
  expect((await started.ask()).status).toBe(503);
  caller.destroy();
  await until('the function is hung up on', () => started.fn.open() === 0);
  expect(await isDue()).toBe(true);
  hangs = false;
  expect((await started.ask()).status).toBe(502);
  expect((await started.ask()).status).toBe(503);
});

describe('a row with max_concurrency', () => {
  test('has so many calls in flight; as many wait; the rest are refused', async () => {
    const { script, release } = held();
    await using started = await startWith(script, { max_concurrency: 2 });
    const first = [started.ask(), started.ask()];
    await until('two calls are in flight', () => started.fn.open() === 2);
    const waiting = [started.ask(), started.ask()];
    await until('two calls wait', async () => /^rowgate_calls_waiting 2$/m.test(await started.metrics()));
    const refused = await started.ask();
    expect(jsonOf(refused)).toMatchObject({ code: 'concurrency_limit_reached', workflow_slug: 'echo' });
    expect(refusal(refused)).toEqual(limitReached);
    expect(await started.status()).toMatchObject({
      calls: {
        in_flight: 4,
        concurrency: [{ workflow_slug: 'echo', max_concurrency: 2, in_flight: 2, waiting: 2 }],
      },
    });
    expect(started.fn.calls()).toBe(2);
    release();
    const responses = await Promise.all([...first, ...waiting]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await started.status()).toMatchObject({ calls: { in_flight: 0, concurrency: [] } });
  });

  test('refuses a call that waited two seconds for its place', async () => {
    const { script, release } = held();
    await using started = await startWith(script, { max_concurrency: 1 });
    const first = started.ask();
    await until('a call is in flight', () => started.fn.open() === 1);
    const second = await started.ask();
    expect(jsonOf(second)).toMatchObject({ code: 'concurrency_limit_reached' });
    release();
    expect((await first).status).toBe(200);
  });
});

describe('the cap on all calls', () => {
  test('refuses what is beyond MAX_IN_FLIGHT, and nothing but calls', async () => {
    const { script, release } = held();
    await using started = await startWith(script, {}, { MAX_IN_FLIGHT: '3' });
    const first = [started.ask(), started.ask(), started.ask()];
    await until('three calls are in flight', () => started.fn.open() === 3);
    const refused = await started.ask();
    expect(jsonOf(refused)).toMatchObject({ code: 'gateway_overloaded' });
    expect(refusal(refused)).toEqual(limitReached);
    expect(await started.status()).toMatchObject({ calls: { in_flight: 3, max_in_flight: 3 } });
    release();
    for (const response of await Promise.all(first)) expect(response.status).toBe(200);
    expect((await started.ask()).status).toBe(200);
  });
});

describe('the bytes that are held together', () => {
  const row = { idempotent: true };
  const body = Buffer.alloc(600, 0x20);

  test('are no more than MAX_BUFFERED_BYTES where the whole body is needed', async () => {
    const { script, release } = held();
    await using started = await startWith(script, row, { MAX_BUFFERED_BYTES: '1000' });
    const first = started.ask(body);
    await until('a call is in flight', () => started.fn.open() === 1);
    const second = await started.ask(body);
    expect(jsonOf(second)).toMatchObject({ status: 503, code: 'buffers_full' });
    expect([second.headers['retry-after'], second.headers.connection]).toEqual(['1', 'close']);
    expect(await started.status()).toMatchObject({
      calls: { buffered_bytes: 600, max_buffered_bytes: 1_000 },
    });
    release();
    expect((await first).status).toBe(200);
    expect((await started.ask(body)).status).toBe(200);
    expect(await started.status()).toMatchObject({ calls: { buffered_bytes: 0 } });
  });

  test('leave other bodies and responses to be streamed', async () => {
    await using started = await startWith(
      async (_, response, request) => {
        let size = 0;
        for await (const chunk of request) size += Buffer.from(chunk).byteLength;
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ size, pad: 'x'.repeat(900) }));
      },
      {},
      { MAX_BUFFERED_BYTES: '100' },
    );
    const response = await started.ask(body);
    expect([response.status, jsonOf(response)]).toEqual([200, { size: 600, pad: 'x'.repeat(900) }]);
  });
});
