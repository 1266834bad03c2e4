import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { respondPlatformError, startScriptedFunction } from '../../helpers/scripted-function.ts';

/** How one load of the result goes, counted from 0. */
type Hop = (load: number, response: ServerResponse) => unknown;

/** A function whose call is started by the POST, and whose result is where the 303 leads. */
async function startWith(hop: Hop, row: TestRow = {}) {
  await using opened = new AsyncDisposableStack();
  const methods: string[] = [];
  const fn = opened.use(
    await startScriptedFunction((_, response, request) => {
      methods.push(request.method ?? '');
      if (request.method === 'GET') return hop(methods.length - 2, response);
      return response.writeHead(303, { location: '/?hop=1' }).end();
    }),
  );
  const rowgate = await startRowgate([echoRow(row)], { UPSTREAM_CONNECT_TO: fn.origin });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = () => send(`${rowgate.url}/run/companies/demo/echo/lookup`, { body: '{}' });
  return { ask, methods, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const unavailable = {
  status: 502,
  code: 'result_unavailable',
  detail:
    'The call was started, but its result could not be loaded; it is unknown whether the function did its work.',
};
const limited = (response: ServerResponse, headers: Readonly<Record<string, string>> = {}) =>
  respondPlatformError(response, 429, 'modal-http: rate limit exceeded', headers);
const done = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');

describe('the result of a call that was started', () => {
  test.each<[string, Hop]>([
    ['a rate limit', (load, response) => (load < 2 ? limited(response) : done(response))],
    [
      'a lost connection in the middle of it',
      (load, response) =>
        load > 0
          ? done(response)
          : response
              .writeHead(200, { 'content-length': '11' })
              .write('{"ok"', () => response.socket?.destroy()),
    ],
  ])('is asked for again after %s, and the call is not made again', async (_, hop) => {
    await using started = await startWith(hop);
    const response = await started.ask();
    expect([response.status, jsonOf(response)]).toEqual([200, { ok: true }]);
    expect(started.methods.filter((method) => method === 'POST')).toHaveLength(1);
  });

  test('is asked for again when the platform says', async () => {
    await using started = await startWith((load, response) =>
      load === 0 ? limited(response, { 'retry-after': '1' }) : done(response),
    );
    const startedAt = performance.now();
    expect((await started.ask()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test.each([
    [408, 'text/plain', 'busy'],
    [429, 'text/plain', 'supplier quota'],
    [408, 'application/json', '{"detail":"too slow"}'],
    [429, 'application/json', '{"detail":"too many"}'],
  ])("may be the function's own %i as %s", async (status, type, body) => {
    await using started = await startWith((_, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    const response = await started.ask();
    expect([response.status, response.body.toString()]).toEqual([status, body]);
    expect(started.methods).toEqual(['POST', 'GET']);
  });
});

describe('a call that was started and whose result cannot be loaded', () => {
  test('is result_unavailable after a rate limit that lasts, without a Retry-After, and is not made again', async () => {
    await using started = await startWith((_, response) => limited(response));
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject(unavailable);
    expect(response.headers).not.toHaveProperty('retry-after');
    expect(started.methods).toEqual(['POST', 'GET', 'GET', 'GET', 'GET', 'GET']);
  });

  test('is result_unavailable at once where the platform wants to be left alone for long', async () => {
    await using started = await startWith((_, response) => limited(response, { 'retry-after': '3600' }));
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject(unavailable);
    expect(response.headers).not.toHaveProperty('retry-after');
    expect(started.methods).toEqual(['POST', 'GET']);
  });

  test('is result_unavailable where the function cannot be reached any more', async () => {
    await using opened = new AsyncDisposableStack();
    const fn = await startScriptedFunction((_, response) => {
      response.on('finish', () => void fn[Symbol.asyncDispose]());
      response.writeHead(303, { location: '/?hop=1', connection: 'close' }).end();
    });
    const rowgate = await startRowgate([echoRow()], { UPSTREAM_CONNECT_TO: fn.origin });
    opened.defer(rowgate.close);
    const response = await send(`${rowgate.url}/run/companies/demo/echo/lookup`, { body: '{}' });
    expect(jsonOf(response)).toMatchObject(unavailable);
    expect(response.headers).not.toHaveProperty('retry-after');
    expect(response.headers['proxy-status']).toBe('rowgate; error=connection_refused');
  });

  test.each([
    [404, 'modal-http: app for invoked web endpoint is stopped', 'function_stopped'],
    [401, 'modal-http: invalid credentials for proxy authorization', 'upstream_auth_failed'],
    [429, 'modal-http: Webhook failed: workspace billing cycle spend limit reached', 'spend_limit_reached'],
  ])('is told so where a %i keeps its result back: %j', async (status, text, code) => {
    await using started = await startWith((_, response) => respondPlatformError(response, status, text));
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({
      code,
      detail: expect.stringMatching(/\. The call had already been started; it is unknown whether .+\.$/),
    });
    expect(response.headers).not.toHaveProperty('retry-after');
    expect(started.methods).toEqual(['POST', 'GET']);
  });

  test('has no Retry-After either where Modal has lost it', async () => {
    await using started = await startWith((_, response) =>
      respondPlatformError(response, 408, 'Missing request, possibly due to expiry or cancellation'),
    );
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({ status: 503, code: 'result_expired' });
    expect(response.headers).not.toHaveProperty('retry-after');
  });

  test('is made again where its row is idempotent', async () => {
    await using started = await startWith(
      (load, response) => (load < 5 ? limited(response) : done(response)),
      { idempotent: true },
    );
    expect((await started.ask()).status).toBe(200);
    expect(started.methods).toEqual(['POST', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'GET']);
  });
});
