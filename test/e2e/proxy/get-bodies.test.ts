import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/it/get';

describe('a GET route', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow({ api_endpoint_url: `GET ${path}` })]);
  });
  afterAll(() => rowgate.close());

  test.each([
    ['with its length', { 'content-length': '2' }, '{}'],
    ['in chunks', { 'transfer-encoding': 'chunked' }, '{}'],
    ['too large to be buffered, in chunks', { 'transfer-encoding': 'chunked' }, 'x'.repeat(300_000)],
  ])('passes no body on, neither one %s', async (_, headers, body) => {
    const response = await send(rowgate.url + path, { method: 'GET', headers, body });
    expect(response.status).toBe(200);
    const call = rowgate.calls.at(-1);
    expect(call).toMatchObject({ method: 'GET', body: Buffer.alloc(0) });
    const got = headersOf(call?.rawHeaders ?? []);
    expect([got.has('content-length'), got.has('transfer-encoding')]).toEqual([false, false]);
  });
});
