import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';

const request_schema = {
  type: 'object',
  properties: { note: { type: 'string' }, isPaused: { type: 'boolean', default: false } },
};

const row = (name: string, method: string, over: TestRow = {}): TestRow =>
  echoRow({
    workflow_slug: name,
    modal_endpoint_url: `https://demodata--app-${name}.modal.run`,
    api_endpoint_url: `${method} /run/companies/demo/${name}/update`,
    request_schema,
    ...over,
  });

describe('defaults of the contract', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([
      row('silent', 'POST'),
      row('never', 'POST', { apply_defaults: false }),
      row('always', 'POST', { apply_defaults: true }),
      row('patching', 'PATCH', { apply_defaults: true }),
      row('patterned', 'POST', { request_schema: { properties: { note: { pattern: '(?=a)' } } } }),
    ]);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const received = async (name: string, method: string, body: string) => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await send(`${rowgate.url}/run/companies/demo/${name}/update`, {
      method,
      headers,
      body,
    });
    return [status, ...rowgate.calls.map((call) => Buffer.from(call.body).toString())];
  };

  test.each([
    ['silent', 'POST', '{"note":"x"}', '{"note":"x"}'],
    ['never', 'POST', '{"note":"x"}', '{"note":"x"}'],
    ['always', 'POST', '{"note":"x"}', '{"isPaused":false,"note":"x"}'],
    ['always', 'POST', '{"is_paused":true}', '{"is_paused":true}'],
    ['patching', 'PATCH', '{"note":"x"}', '{"note":"x"}'],
  ])('of the row %s: %s %s is sent as %s', async (name, method, body, sent) => {
    expect(await received(name, method, body)).toEqual([200, sent]);
  });

  test('a pattern that cannot be matched is reported as a warning of a row that is served', async () => {
    expect(await received('patterned', 'POST', '{"note":"b"}')).toEqual([200, '{"note":"b"}']);
    const response = await send(`${rowgate.url}/api/enrichment/audit?code=pattern_not_applied`, {
      method: 'GET',
    });
    expect(response.body.toString()).toContain('looks ahead or behind');
  });
});
