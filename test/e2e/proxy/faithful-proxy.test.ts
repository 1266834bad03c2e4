import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { headersOf, jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

describe('what the function gets', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([
      echoRow(),
      echoRow({
        workflow_slug: 'with-query',
        modal_endpoint_url: 'https://demodata--app-query.modal.run/base?tenant=7',
        api_endpoint_url: '/run/companies/demo/query/lookup',
      }),
    ]);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  test.each([
    ['a 19-digit id, 1.0 and duplicate keys', '{"id":1234567890123456789,"n":1.0,"a":1,"a":2}'],
    ['odd white space', '  {\n\t"a" : 1 }\r\n '],
    ['text beyond the BMP and escapes', '{"s":"\\u0041 😀 é"}'],
    ['JSON that is no object', '[1,2,3]'],
  ])('is the body byte for byte: %s', async (_, body) => {
    await send(rowgate.url + path, { headers: json, body });
    expect(rowgate.calls.map((call) => Buffer.from(call.body).toString())).toEqual([body]);
  });

  test('is the body byte for byte when it is no text, also when it comes in chunks', async () => {
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    await send(rowgate.url + path, { headers: { 'content-type': 'application/octet-stream' }, body });
    await send(rowgate.url + path, { headers: { 'transfer-encoding': 'chunked' }, body });
    expect(rowgate.calls.map((call) => Buffer.compare(Buffer.from(call.body), body))).toEqual([0, 0]);
  });

  test('is the query string byte for byte, less the platform parameters', async () => {
    const query = 'a=1&a=2&b=%2F%20x+y&empty=&flag&q=%F0%9F%98%80';
    await send(rowgate.url, {
      path: `${path}?${query}&__modal_function_call_id=fc-1&%5F_modal_attempt_token=x`,
      headers: json,
      body: '{}',
    });
    expect(rowgate.calls.map((call) => call.target)).toEqual([`/?${query}`]);
  });

  test("is the row's own path and query before the caller's", async () => {
    await send(rowgate.url, { path: '/run/companies/demo/query/lookup?x=1', headers: json, body: '{}' });
    expect(rowgate.calls.map((call) => call.target)).toEqual(['/base?tenant=7&x=1']);
  });

  test('has the Host of its own URL', async () => {
    await send(rowgate.url + path, { headers: json, body: '{}' });
    expect(rowgate.calls.map((call) => call.host)).toEqual(['demodata--app-echo.modal.run']);
  });

  test('has none of the credentials and connection headers of the caller', async () => {
    const headers = {
      ...json,
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
      cookie: 'session=secret',
      'modal-key': 'wk-x',
      'modal-secret': 'ws-x',
      'proxy-authorization': 'Basic x',
      te: 'trailers',
      connection: 'keep-alive, x-only-this-hop',
      'x-only-this-hop': '1',
      'x-kept': 'yes',
      expect: '100-continue',
    };
    await send(rowgate.url + path, { headers, body: '{}' });
    const got = headersOf(rowgate.calls[0]?.rawHeaders ?? []);
    const dropped = Object.keys(headers).filter(
      (name) => !['content-type', 'connection', 'x-kept'].includes(name),
    );
    expect(dropped.filter((name) => got.has(name))).toEqual([]);
    expect(got.get('x-kept')).toBe('yes');
    expect(got.get('content-type')).toBe('application/json');
  });

  test("has the request id that the caller gets, and the caller's trace continued", async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await send(rowgate.url + path, {
      headers: { ...json, traceparent, 'x-request-id': 'row-17' },
      body: '{}',
    });
    const got = headersOf(rowgate.calls[0]?.rawHeaders ?? []);
    expect(response.headers['x-request-id']).toBe('row-17');
    expect(got.get('x-request-id')).toBe('row-17');
    expect(got.get('traceparent')).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
    );
  });
});

describe('what the caller gets', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()]);
  });
  afterAll(() => rowgate.close());

  const ask = (headers: Record<string, string>) =>
    send(rowgate.url + path, { headers: { ...json, ...headers }, body: '{"a":1}' });

  test("is the function's status, body and content type, with Rowgate's headers", async () => {
    const response = await ask({});
    expect(response.status).toBe(200);
    expect(jsonOf(response)).toMatchObject({ success: true });
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'x-workflow': 'echo',
      'x-registry-version': rowgate.app.current()?.version,
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'server-timing': expect.stringMatching(/^upstream;dur=[\d.]+, gateway;dur=[\d.]+, attempts;desc="1"$/),
      'modal-function-call-id': expect.stringMatching(/^fc-/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    });
  });

  test.each([[400], [401], [403], [404], [408], [409], [422], [429], [500], [503]])(
    "is the function's own %i with its JSON, unchanged",
    async (status) => {
      const response = await ask({ 'x-sim-status': String(status) });
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toBe('application/json');
      expect(jsonOf(response)).toHaveProperty('detail');
    },
  );

  test('is a soft failure as it is, and an uncaught exception as it is', async () => {
    const soft = await ask({ 'x-sim-fault': 'soft-failure' });
    expect([soft.status, jsonOf(soft)]).toMatchObject([200, { success: false }]);
    const crash = await ask({ 'x-sim-fault': 'exception' });
    expect([crash.status, crash.body.toString(), crash.headers['content-type']]).toMatchObject([
      500,
      'Internal Server Error',
      expect.stringContaining('text/plain'),
    ]);
  });

  test('has none of the headers by which a function would speak for the whole origin', async () => {
    const set = {
      'set-cookie': ['a=1', 'b=2'],
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'clear-site-data': '"*"',
      'strict-transport-security': 'max-age=1',
      'content-security-policy': "default-src 'unsafe-inline'",
      'x-content-type-options': 'none',
      'x-workflow': 'somebody-else',
      connection: 'x-hop',
      'x-hop': '1',
      'x-kept': 'yes',
    };
    const { headers } = await ask({ 'x-sim-set-headers': JSON.stringify(set) });
    expect(headers['x-kept']).toBe('yes');
    for (const name of ['set-cookie', 'clear-site-data', 'strict-transport-security', 'x-hop']) {
      expect(headers).not.toHaveProperty(name);
    }
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers['content-security-policy']).toBe('sandbox');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-workflow']).toBe('echo');
  });

  test.each([[100], [256 * 1024], [300 * 1024], [5 * 1024 * 1024]])(
    'is a complete response of %i bytes',
    async (bytes) => {
      const response = await ask({ 'x-sim-response-bytes': String(bytes) });
      expect(response.status).toBe(200);
      expect(response.body.byteLength).toBeGreaterThanOrEqual(bytes * 0.99);
      expect(jsonOf(response)).toMatchObject({ success: true });
    },
  );

  test('is a stream of events as they come', async () => {
    const response = await ask({ 'x-sim-fault': 'sse' });
    expect(response.headers['content-type']).toContain('text/event-stream');
    expect(response.body.toString()).toContain('data:');
  });
});
