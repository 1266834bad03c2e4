import { describe, expect, test } from 'vitest';
import {
  respondJson,
  respondPlatformError,
  type Script,
  startScriptedFunction,
} from '../../helpers/scripted-function.ts';
import { freePort } from '../../helpers/ports.ts';
import { callOf, createCore, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { chunksThen, sourceOf } from './sources.ts';
import { startCore } from './start-core.ts';

const rateLimit: Script = (_, response) =>
  respondPlatformError(response, 429, 'modal-http: rate limit exceeded');
const reset: Script = (_, response) => response.socket?.resetAndDestroy();
const timedOut: Script = (_, response) =>
  respondPlatformError(response, 500, 'modal-http: internal error: function execution timed out');

/** A function that fails so often, and then is well. */
const after =
  (failures: number, fail: Script): Script =>
  (call, response, request) =>
    call < failures ? fail(call, response, request) : respondJson(response, request);

describe('a call is made again', () => {
  test.each([
    ['a small body', Buffer.from('{}')],
    ['a body that is sent in pieces', Buffer.alloc(3 * 1024 * 1024 + 1, 'x')],
  ])('where user code cannot have run, with the same body: %s', async (_, body) => {
    const bodies: boolean[] = [];
    const lengths: unknown[] = [];
    await using started = await startCore(async (call, response, request) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      bodies.push(Buffer.concat(chunks).equals(body));
      lengths.push(request.headers['content-length']);
      if (call === 0) await rateLimit(call, response, request);
      else response.end('{}');
    });
    const { core } = started;
    expect(await take(await core.execute(callOf(routeOf(), { body })))).toMatchObject({ status: 200 });
    expect(bodies).toEqual([true, true]);
    expect(lengths).toEqual([String(body.byteLength), String(body.byteLength)]);
    expect(await settled(core)).toMatchObject([
      { events: 'started responded ended', outcome: 'whole', attempts: 2 },
    ]);
  });

  test('where its connection broke and its row is idempotent', async () => {
    await using started = await startCore(after(2, reset));
    const { core, fn } = started;
    const result = await take(await core.execute(callOf(routeOf({ idempotent: true }))));
    expect([result.status, fn.calls()]).toEqual([200, 3]);
    expect(await settled(core)).toMatchObject([{ outcome: 'whole', attempts: 3 }]);
  });

  test('twice at most', async () => {
    await using started = await startCore(rateLimit);
    const { core, fn } = started;
    const result = await take(await core.execute(callOf(routeOf())));
    expect([result.body, fn.calls()]).toEqual(['upstream_rate_limited', 3]);
    expect(await settled(core)).toMatchObject([{ outcome: 'refused', status: 503, attempts: 3 }]);
  });
});

describe('a call is made once', () => {
  test.each([
    ['its connection broke', reset, {}, 'upstream_connection_lost'],
    ['its function timed out', timedOut, {}, 'function_timed_out'],
    ['a retry would not help', spent, { idempotent: true }, 'spend_limit_reached'],
  ] satisfies [string, Script, Record<string, unknown>, string][])(
    'where %s',
    async (_, script, row, code) => {
      await using started = await startCore(script);
      const { core, fn } = started;
      const result = await take(await core.execute(callOf(routeOf(row))));
      expect([result.body, fn.calls()]).toEqual([code, 1]);
      expect(await settled(core)).toMatchObject([{ outcome: 'refused', code, attempts: 1 }]);
    },
  );

  test('where its body was streamed, which cannot be sent again', async () => {
    await using started = await startCore(rateLimit);
    const { core, fn } = started;
    const { body } = sourceOf(chunksThen(100, 8_192));
    const result = await take(await core.execute(callOf(routeOf(), { body })));
    expect([result.body, fn.calls()]).toEqual(['upstream_rate_limited', 1]);
    expect(await settled(core)).toMatchObject([{ outcome: 'refused', attempts: 1 }]);
  });
});

function spent(_: number, response: Parameters<Script>[1]): void {
  respondPlatformError(response, 429, 'Webhook failed: workspace billing cycle spend limit reached');
}

test('retries of a function that is in trouble are a tenth of its calls', async () => {
  await using started = await startCore(rateLimit);
  const { core, fn } = started;
  const calls = Array.from({ length: 30 }, async (_, index) =>
    take(await core.execute(callOf(routeOf(), { requestId: `req-${index}` }))),
  );
  await Promise.all(calls);
  expect(fn.calls()).toBe(33);
  expect(await settled(core)).toHaveLength(30);
});

describe('the breaker of a function', () => {
  test('opens after ten failures in a row, refuses, and lets one call through after a while', async () => {
    const clock = { skewMs: 0 };
    await using started = await startCore(after(10, reset), {
      now: () => performance.now() + clock.skewMs,
    });
    const { core, fn } = started;
    const make = async (requestId: string) =>
      (await take(await core.execute(callOf(routeOf(), { requestId })))).body;
    for (let call = 0; call < 10; call += 1) expect(await make(`${call}`)).toBe('upstream_connection_lost');
    expect(await make('refused')).toBe('breaker_open');
    expect(fn.calls()).toBe(10);
    clock.skewMs += 60_000;
    expect(await make('probe')).toBe('{"ok":true}');
    expect(await make('well')).toBe('{"ok":true}');
    const reported = await settled(core);
    expect(reported.slice(10)).toMatchObject([
      { requestId: 'refused', outcome: 'refused', status: 503, code: 'breaker_open', attempts: 0 },
      { requestId: 'probe', outcome: 'whole', attempts: 1 },
      { requestId: 'well', outcome: 'whole', attempts: 1 },
    ]);
    expect(core.observations.filter(({ kind }) => kind === 'breaker_changed')).toMatchObject([
      { state: 'open' },
      { state: 'closed' },
    ]);
  });

  test('does not open for callers that leave, however many', async () => {
    await using started = await startCore(() => undefined);
    const { core } = started;
    for (let call = 0; call < 12; call += 1) {
      const caller = new AbortController();
      const result = core.execute(callOf(routeOf(), { requestId: `${call}` }), caller.signal);
      setImmediate(() => caller.abort());
      expect((await result).kind).toBe('abandoned');
    }
    expect((await settled(core)).every(({ outcome }) => outcome === 'abandoned')).toBe(true);
    expect(core.observations.filter(({ kind }) => kind === 'breaker_changed')).toEqual([]);
  });
});

test('a function that nobody listens for is upstream_connection_refused, and its call is made three times', async () => {
  await using core = createCore({ connectTo: `http://127.0.0.1:${await freePort()}` });
  expect(await take(await core.execute(callOf(routeOf())))).toMatchObject({
    body: 'upstream_connection_refused',
  });
  expect(await settled(core)).toMatchObject([{ outcome: 'refused', status: 503, attempts: 3 }]);
});

test('credentials go to the functions of our own workspace, on each attempt, and to no other', async () => {
  const seen: unknown[] = [];
  await using fn = await startScriptedFunction((call, response, request) => {
    seen.push([request.headers.host, request.headers['modal-key']]);
    return call === 0 ? rateLimit(call, response, request) : respondJson(response, request);
  });
  await using core = createCore({
    connectTo: fn.origin,
    credentialsFor: (host) => (host.startsWith('ours--') ? ['modal-key', 'wk-1'] : []),
  });
  for (const workspace of ['ours', 'theirs']) {
    const route = routeOf({ modal_endpoint_url: `https://${workspace}--echo.modal.run` });
    await take(await core.execute(callOf(route, { requestId: workspace })));
  }
  expect(seen).toEqual([
    ['ours--echo.modal.run', 'wk-1'],
    ['ours--echo.modal.run', 'wk-1'],
    ['theirs--echo.modal.run', undefined],
  ]);
  expect(await settled(core)).toMatchObject([{ outcome: 'whole' }, { outcome: 'whole' }]);
  expect(JSON.stringify(core.observations)).not.toContain('wk-1');
});
