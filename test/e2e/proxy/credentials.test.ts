import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersOf, jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const foreign = '/run/companies/demo/foreign/lookup';
const token = { MODAL_WORKSPACE: 'demodata', MODAL_KEY: 'wk-known-secret', MODAL_SECRET: 'ws-known-secret' };

describe('the proxy-auth token', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    const rows = [
      echoRow(),
      echoRow({
        workflow_slug: 'foreign',
        modal_endpoint_url: 'https://stranger--app-foreign.modal.run',
        api_endpoint_url: foreign,
      }),
    ];
    const proxyAuth = { key: token.MODAL_KEY, secret: token.MODAL_SECRET };
    rowgate = await startRowgate(rows, token, { proxyAuth, hopMs: 50 });
  });
  afterAll(() => rowgate.close());

  const ask = (at: string, headers: Record<string, string> = {}) =>
    send(rowgate.url + at, { headers: { 'content-type': 'application/json', ...headers }, body: '{}' });

  test('goes to the functions of our workspace, on every hop of a call', async () => {
    rowgate.calls.length = 0;
    expect((await ask(path, { 'x-sim-latency-ms': '120' })).status).toBe(200);
    expect(rowgate.calls.length).toBeGreaterThan(1);
    for (const { rawHeaders } of rowgate.calls) {
      expect(headersOf(rawHeaders).get('modal-key')).toBe(token.MODAL_KEY);
      expect(headersOf(rawHeaders).get('modal-secret')).toBe(token.MODAL_SECRET);
    }
  });

  test('goes to no function of anybody else, also where a caller sends one', async () => {
    rowgate.calls.length = 0;
    const response = await ask(foreign, { 'modal-key': 'wk-callers', 'modal-secret': 'ws-callers' });
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_auth_failed' });
    const names = rowgate.calls.flatMap(({ rawHeaders }) => [...headersOf(rawHeaders).keys()]);
    expect(names.filter((name) => name.startsWith('modal-'))).toEqual([]);
  });

  test('does not appear in any response, status or observation', async () => {
    const responses = [
      await ask(path),
      await ask(foreign),
      await send(`${rowgate.url}/api/enrichment/status`, { method: 'GET' }),
    ];
    const said = JSON.stringify([
      responses.map(({ headers, body }) => [headers, body.toString()]),
      rowgate.observations,
    ]);
    expect(said).not.toContain('known-secret');
  });
});
