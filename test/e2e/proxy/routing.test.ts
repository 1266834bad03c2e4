import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

describe('routing', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    const rows = [
      echoRow(),
      echoRow({
        workflow_slug: 'get-it',
        modal_endpoint_url: 'https://demodata--app-it.modal.run',
        api_endpoint_url: 'GET /run/companies/demo/it/get',
      }),
      echoRow({
        workflow_slug: 'bad',
        api_endpoint_url: '/run/companies/demo/bad/lookup',
        modal_endpoint_url: 'https://evil.example',
        request_schema: { type: 5 },
      }),
      echoRow({
        workflow_slug: 'retired',
        api_endpoint_url: '/run/companies/demo/retired/lookup',
        is_active: false,
      }),
    ];
    rowgate = await startRowgate(rows, { MAX_BODY_BYTES: '1000' });
  });
  afterAll(() => rowgate.close());

  test('takes a path with and without a trailing slash for the same, without a redirect', async () => {
    for (const spelling of [path, `${path}/`]) {
      expect((await send(rowgate.url + spelling, { headers: json, body: '{}' })).status).toBe(200);
    }
  });

  test.each([
    [`${path}//`],
    [path.replace('/demo', '//demo')],
    [path.replace('demo', 'Demo')],
    [path.replace('demo', '%64emo')],
    [path.replace('demo', '%2564emo')],
    ['/run/companies/x/../demo/echo/lookup'],
    ['/run/companies/demo/retired/lookup'],
    ['/run/'],
  ])('knows no other spelling: %s is 404', async (spelling) => {
    const response = await send(rowgate.url, { path: spelling, headers: json, body: '{}' });
    expect(jsonOf(response)).toMatchObject({ status: 404, code: 'route_not_found' });
  });

  test('names the nearest paths in a 404', async () => {
    const response = await send(`${rowgate.url}/run/companies/demo/ecko/lookup`, {
      headers: json,
      body: '{}',
    });
    expect(jsonOf(response)).toMatchObject({
      code: 'route_not_found',
      detail: `No workflow is mounted at /run/companies/demo/ecko/lookup. Did you mean ${path}?`,
      nearest: [path, '/run/companies/demo/it/get'],
    });
  });

  test('responds to another method with 405 and Allow', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await send(rowgate.url + path, { method });
      expect([response.status, response.headers.allow]).toEqual([405, 'POST']);
    }
    const head = await send(rowgate.url + path, { method: 'HEAD' });
    expect([head.status, head.headers.allow, head.body.byteLength]).toEqual([405, 'POST', 0]);
    const get = await send(`${rowgate.url}/run/companies/demo/it/get`, { method: 'DELETE' });
    expect([get.status, get.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('responds to OPTIONS with the methods of the route, and does not call the function', async () => {
    rowgate.calls.length = 0;
    const asked = await send(rowgate.url + path, { method: 'OPTIONS' });
    expect([asked.status, asked.headers.allow]).toEqual([204, 'POST, OPTIONS']);
    const get = await send(`${rowgate.url}/run/companies/demo/it/get`, { method: 'OPTIONS' });
    expect([get.status, get.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(rowgate.calls).toEqual([]);
  });

  test('responds to HEAD on a GET route as to GET, without the body', async () => {
    const head = await send(`${rowgate.url}/run/companies/demo/it/get`, { method: 'HEAD' });
    expect([head.status, head.headers['x-workflow'], head.body.byteLength]).toEqual([200, 'get-it', 0]);
    expect(rowgate.calls.at(-1)).toMatchObject({ method: 'GET' });
  });

  test('serves a row that asks for GET by GET', async () => {
    const response = await send(`${rowgate.url}/run/companies/demo/it/get?a=1`, { method: 'GET' });
    expect(response.status).toBe(200);
    expect(rowgate.calls.at(-1)).toMatchObject({ method: 'GET', target: '/?a=1' });
  });

  test('refuses a body above MAX_BODY_BYTES with 413, with a length and in chunks, and calls no function', async () => {
    rowgate.calls.length = 0;
    const body = Buffer.alloc(1001, 0x20);
    for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }]) {
      const response = await send(rowgate.url + path, { headers, body });
      expect(jsonOf(response)).toMatchObject({ status: 413, code: 'body_too_large' });
      expect(response.headers.connection).toBe('close');
    }
    expect(rowgate.calls).toEqual([]);
    expect((await send(rowgate.url + path, { headers: json, body: body.subarray(1) })).status).toBe(200);
  });

  test('rejects a bad row with its reason and serves the others', () => {
    const entry = rowgate.app.current()?.bySlug.get('bad');
    expect(entry?.status).toBe('rejected');
    expect(entry?.reasons.map(({ code }) => code)).toEqual(['function_url_not_allowed', 'schema_invalid']);
  });

  test('ends the call of the function when its caller goes away', async () => {
    const controller = new AbortController();
    const call = fetch(rowgate.url + path, {
      method: 'POST',
      headers: { ...json, 'x-sim-fault': 'stall' },
      body: '{}',
      signal: controller.signal,
    });
    rowgate.calls.length = 0;
    await until('the function was called', () => rowgate.calls.length > 0);
    controller.abort();
    await expect(call).rejects.toThrow(/abort/);
    const ended = await until('the end was observed', () =>
      rowgate.observations.find((seen) => seen.kind === 'call_ended' && seen.status === 499),
    );
    expect(ended).toMatchObject({ slug: 'echo' });
  });
});
