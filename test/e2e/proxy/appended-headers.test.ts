import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';

let rowgate: TestRowgate;
beforeAll(async () => {
  rowgate = await startRowgate([echoRow()]);
});
afterAll(() => rowgate.close());

const ask = async (headers: Record<string, string | string[]>, set: Record<string, string | string[]> = {}) =>
  send(rowgate.url + path, {
    headers: {
      'content-type': 'application/json',
      'x-sim-set-headers': JSON.stringify(set),
      ...headers,
    },
    body: '{"a":1}',
  });
const viaOfCall = () => headersOf(rowgate.calls.at(-1)?.rawHeaders ?? []).get('via');

test('a request and its response have come through Rowgate (RFC 9110 section 7.6.3)', async () => {
  const { headers } = await ask({});
  expect(viaOfCall()).toBe('1.1 rowgate');
  expect(headers['via']).toBe('1.1 rowgate');
});

test('the gateways before it stay, in their order', async () => {
  const { headers } = await ask({ via: ['1.0 fred', '1.1 p.example.net'] }, { via: ['1.1 modal', '2 edge'] });
  expect(viaOfCall()).toBe('1.0 fred, 1.1 p.example.net, 1.1 rowgate');
  expect(headers['via']).toBe('1.1 modal, 2 edge, 1.1 rowgate');
});

test("the function's own Server-Timing stays before Rowgate's", async () => {
  const { headers } = await ask({}, { 'server-timing': 'db;dur=53, app;dur=47.2' });
  expect(headers['server-timing']).toMatch(
    /^db;dur=53, app;dur=47\.2, upstream;dur=[\d.]+, gateway;dur=[\d.]+, attempts;desc="1"$/,
  );
});

test('what Rowgate responds itself has come through nothing', async () => {
  const { status, headers } = await send(`${rowgate.url}/run/nothing/here`, { body: '{}' });
  expect(status).toBe(404);
  expect(headers).not.toHaveProperty('via');
});
