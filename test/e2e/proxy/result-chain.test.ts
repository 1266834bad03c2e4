import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { headersOf, jsonOf, send } from '../../helpers/http.ts';
import { startReplica, startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';

describe('a call that takes longer than one hop', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    const slow = echoRow({
      workflow_slug: 'hasty',
      api_endpoint_url: '/run/companies/demo/hasty/lookup',
      timeout_seconds: 1,
    });
    rowgate = await startRowgate([echoRow(), slow], {}, { hopMs: 100 });
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const ask = (headers: Record<string, string>, at = path) =>
    send(rowgate.url + at, { headers: { 'content-type': 'application/json', ...headers }, body: '{"a":1}' });

  test('returns its result, by GETs without a body that start no new call', async () => {
    const response = await ask({ 'x-sim-latency-ms': '700', 'x-request-id': 'chain-1' });
    expect([response.status, jsonOf(response)]).toMatchObject([200, { success: true }]);
    const [first, ...hops] = rowgate.calls;
    expect(first).toMatchObject({ method: 'POST', target: '/' });
    expect(hops.length).toBeGreaterThanOrEqual(2);
    for (const hop of hops) {
      const headers = headersOf(hop.rawHeaders);
      expect([hop.method, hop.body.byteLength, hop.host]).toEqual(['GET', 0, first?.host]);
      expect(hop.target).toContain('__modal_function_call_id=');
      expect([headers.get('x-request-id'), headers.has('content-type')]).toEqual(['chain-1', false]);
    }
    expect(response.headers).not.toHaveProperty('location');
  });

  test.each([
    ['at once, during a cold start', { 'x-sim-fault': 'cold-303' }],
    ['with a relative Location', { 'x-sim-fault': 'cold-303', 'x-sim-location': 'relative' }],
    ['with an attempt token', { 'x-sim-fault': 'cold-303', 'x-sim-location': 'attempt-token' }],
    ['whose result is a 408 at first', { 'x-sim-fault': 'expired-result' }],
    ['whose result is lost on the way at first', { 'x-sim-fault': 'reset-result' }],
  ])('follows a 303 %s', async (_, headers) => {
    const response = await ask(headers);
    expect([response.status, jsonOf(response)]).toMatchObject([200, { success: true }]);
    expect(rowgate.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test.each([
    ['foreign', 'its Location is on another host'],
    ['downgraded', 'its Location is not https'],
    ['missing', 'it has no Location'],
  ])('does not follow a 303 whose Location is %s', async (form, why) => {
    const response = await ask({ 'x-sim-fault': 'cold-303', 'x-sim-location': form });
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_redirected' });
    expect(jsonOf(response)).toHaveProperty(
      'detail',
      `The function responded with a 303 that is not followed: ${why}; it is unknown whether the function did its work.`,
    );
    expect(response.body.toString()).not.toContain('__modal');
    expect(rowgate.calls).toHaveLength(1);
  });

  test('is cut at its deadline, wherever in the chain that is', async () => {
    const response = await ask({ 'x-sim-latency-ms': '60000' }, '/run/companies/demo/hasty/lookup');
    expect(jsonOf(response)).toMatchObject({ status: 504, code: 'deadline_exceeded' });
  });

  test('does not spin where the 303s come at once for ever', async () => {
    const spinning = createServer((_, response) => {
      served += 1;
      response.writeHead(303, { location: '?again' }).end();
    });
    let served = 0;
    await new Promise<void>((resolve) => spinning.listen(0, '127.0.0.1', resolve));
    const address = spinning.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const replica = await startReplica({
      DATABASE_URL: rowgate.database.url,
      UPSTREAM_CONNECT_TO: `http://127.0.0.1:${port}`,
    });
    const response = await send(`${replica.url}/run/companies/demo/hasty/lookup`, { body: '{}' });
    expect(jsonOf(response)).toMatchObject({ code: 'deadline_exceeded' });
    expect(served).toBeLessThan(10);
    await replica.close();
    spinning.close();
  });

  test('fails as its result fails', async () => {
    const response = await ask({ 'x-sim-latency-ms': '250', 'x-sim-fault': 'oom' });
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'function_crashed' });
  });
});
