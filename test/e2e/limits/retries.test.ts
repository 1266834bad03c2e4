import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import {
  respondJson,
  respondPlatformError,
  type Script,
  startScriptedFunction,
} from '../../helpers/scripted-function.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

/** One row, served by a function that follows this script. */
async function startWith(script: Script, row: TestRow = {}) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow(row)], { UPSTREAM_CONNECT_TO: fn.origin });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = (body: Uint8Array | string = '{"a":1}') => send(rowgate.url + path, { headers: json, body });
  return { fn, ask, rowgate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A call may end a moment after its caller has the response. */
const finished = (observations: readonly { kind: string }[]) =>
  until('the call has ended', () => observations.findLast(({ kind }) => kind === 'call_ended'));

describe('a call that failed before user code ran', () => {
  test('is made again, with the same body, and the attempts are reported', async () => {
    const bodies: string[] = [];
    await using started = await startWith(async (call, response, request) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      bodies.push(body);
      if (call < 2) return respondPlatformError(response, 429, 'modal-http: rate limit exceeded');
      return respondJson(response, request);
    });
    const response = await started.ask();
    expect([response.status, jsonOf(response)]).toEqual([200, { ok: true }]);
    expect(bodies).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    expect(response.headers['server-timing']).toMatch(/, attempts;desc="3"$/);
    expect(await finished(started.rowgate.observations)).toMatchObject({ attempts: 3, status: 200 });
  });

  test('is made three times at most; then the caller is told to wait as long as the platform said', async () => {
    await using started = await startWith((_, response) =>
      respondPlatformError(response, 429, 'modal-http: rate limit exceeded', { 'retry-after': '1' }),
    );
    const startedAt = performance.now();
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({ status: 503, code: 'upstream_rate_limited' });
    expect(response.headers['retry-after']).toBe('1');
    expect(started.fn.calls()).toBe(3);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_990);
  });

  test('is not made again where the platform wants more time than the deadline leaves', async () => {
    await using started = await startWith((_, response) =>
      respondPlatformError(response, 429, 'modal-http: rate limit exceeded', { 'retry-after': '60' }),
    );
    const response = await started.ask();
    expect([response.status, response.headers['retry-after'], started.fn.calls()]).toEqual([503, '60', 1]);
  });

  test('is not made again before the date that the platform names, and the caller is told the seconds', async () => {
    const now = Date.now();
    const dates = {
      date: new Date(now).toUTCString(),
      'retry-after': new Date(now + 60_000).toUTCString(),
    };
    await using started = await startWith((_, response) =>
      respondPlatformError(response, 429, 'modal-http: rate limit exceeded', dates),
    );
    const response = await started.ask();
    expect([response.status, response.headers['retry-after'], started.fn.calls()]).toEqual([503, '60', 1]);
  });

  test.each([
    ['spend limit', 429, 'modal-http: Webhook failed: workspace billing cycle spend limit reached'],
    ['stopped app', 404, 'modal-http: app for invoked web endpoint is stopped'],
    ['missing function', 404, 'modal-http: invalid function call'],
    ['refused token', 401, 'modal-http: invalid credentials for proxy authorization'],
  ])('is not made again after a %s, which would not help', async (_, status, text) => {
    await using started = await startWith((__, response) => respondPlatformError(response, status, text), {
      idempotent: true,
    });
    expect((await started.ask()).headers['server-timing']).toMatch(/attempts;desc="1"$/);
    expect(started.fn.calls()).toBe(1);
  });
});

/** What may have happened after user code ran. */
const unknown: readonly (readonly [string, Script])[] = [
  ['a broken connection', (_, response) => response.socket?.resetAndDestroy()],
  [
    'a lost call',
    (_, response) =>
      respondPlatformError(response, 408, 'Missing request, possibly due to expiry or cancellation'),
  ],
  [
    'a failure inside the platform',
    (_, response) =>
      respondPlatformError(response, 500, 'modal-http: internal error: status InternalFailure: x'),
  ],
  [
    'a killed function',
    (_, response) =>
      respondPlatformError(response, 500, 'modal-http: internal error: function was terminated by signal'),
  ],
];

describe('a call that may have reached user code', () => {
  test.each(unknown)('is made again after %s where the row is idempotent', async (_, fail) => {
    const script: Script = (call, response, request) =>
      call === 0 ? fail(call, response, request) : respondJson(response, request);
    await using started = await startWith(script, { idempotent: true });
    expect((await started.ask()).status).toBe(200);
    expect(started.fn.calls()).toBe(2);
  });

  test.each(unknown)('is made once after %s where it is not', async (_, fail) => {
    await using started = await startWith(fail);
    expect((await started.ask()).status).toBeGreaterThanOrEqual(500);
    expect(started.fn.calls()).toBe(1);
  });

  test('is reported as such where later tries do not reach the function', async () => {
    await using started = await startWith(
      (call, response) =>
        call === 0
          ? response.socket?.resetAndDestroy()
          : respondPlatformError(response, 429, 'modal-http: rate limit exceeded'),
      { idempotent: true },
    );
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_connection_lost' });
    expect(response.headers['server-timing']).toMatch(/attempts;desc="3"$/);
  });

  test.each([408, 429, 500, 502, 503])(
    'is made once where the function itself returns %i',
    async (status) => {
      await using started = await startWith(
        (_, response) => response.writeHead(status, { ...json, 'retry-after': '0' }).end('{"detail":"mine"}'),
        { idempotent: true },
      );
      const response = await started.ask();
      expect([response.status, jsonOf(response), started.fn.calls()]).toEqual([
        status,
        { detail: 'mine' },
        1,
      ]);
    },
  );

  test("is made once where the function's own 429 is plain text, which the caller gets as it is", async () => {
    await using started = await startWith((_, response) =>
      respondPlatformError(response, 429, 'supplier quota', { 'retry-after': '0' }),
    );
    const response = await started.ask();
    expect([response.status, response.body.toString(), started.fn.calls()]).toEqual([
      429,
      'supplier quota',
      1,
    ]);
  });
});

test('an outage brings a function a tenth more calls, and not three times as many', async () => {
  await using started = await startWith((_, response) =>
    respondPlatformError(response, 429, 'modal-http: rate limit exceeded'),
  );
  await Promise.all(Array.from({ length: 100 }, () => started.ask()));
  expect(started.fn.calls()).toBeGreaterThan(100);
  expect(started.fn.calls()).toBeLessThanOrEqual(110);
});

test('a body that was streamed is not sent again', async () => {
  await using started = await startWith((_, response, request) => {
    request.resume();
    respondPlatformError(response, 429, 'modal-http: rate limit exceeded');
  });
  const response = await started.ask(Buffer.alloc(300 * 1024, 0x20));
  expect(response.headers['server-timing']).toMatch(/attempts;desc="1"$/);
  expect(started.fn.calls()).toBe(1);
});
