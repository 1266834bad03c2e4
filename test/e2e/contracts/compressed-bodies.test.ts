import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };
const contract = {
  type: 'object',
  properties: { company_name: { type: 'string' }, batch_size: { type: 'integer' } },
  required: ['company_name'],
};

describe('a row with a contract', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([
      echoRow({ request_schema: contract }),
      echoRow({
        request_schema: contract,
        workflow_slug: 'reporting',
        modal_endpoint_url: 'https://demodata--app-reporting.modal.run',
        api_endpoint_url: '/run/companies/demo/reporting/lookup',
        contract_mode: 'report',
      }),
    ]);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const call = (body: Uint8Array, headers: Record<string, string>, to = path) =>
    send(rowgate.url + to, { headers, body });

  test('refuses a compressed body, which it cannot validate', async () => {
    const body = gzipSync('{"company_name":"x"}');
    const response = await call(body, { ...json, 'content-encoding': 'gzip' });
    expect(response.status).toBe(415);
    expect(response.headers['accept-encoding']).toBe('identity');
    expect(jsonOf(response)).toMatchObject({ code: 'content_encoding_unsupported', workflow_slug: 'echo' });
    expect(rowgate.calls).toEqual([]);
  });

  test.each(['', ' ', ',', 'identity', 'Identity', ', identity ,'])(
    'takes a body whose Content-Encoding is "%s" as one without codings',
    async (encoding) => {
      const response = await call(Buffer.from('{"company_name":"x"}'), {
        ...json,
        'content-encoding': encoding,
      });
      expect(response.status).toBe(200);
      expect(rowgate.calls).toHaveLength(1);
    },
  );

  test.each(['gzip', ', gzip', 'identity, br', 'identity2'])(
    'refuses a body whose Content-Encoding is "%s"',
    async (encoding) => {
      const response = await call(Buffer.from('{"company_name":"x"}'), {
        ...json,
        'content-encoding': encoding,
      });
      expect(response.status).toBe(415);
    },
  );

  test('in mode report passes a compressed body on as it is, and counts it', async () => {
    const body = gzipSync('{"batch_size":"many"}');
    await call(body, { ...json, 'content-encoding': 'gzip' }, '/run/companies/demo/reporting/lookup');
    expect(rowgate.calls.map((each) => Buffer.compare(Buffer.from(each.body), body))).toEqual([0]);
    const metrics = await (await fetch(`${rowgate.url}/metrics`)).text();
    expect(metrics).toContain('rowgate_contract_unchecked_total{workflow="reporting"} 1');
  });
});
