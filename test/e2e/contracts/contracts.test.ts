import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { statusOf } from '../../helpers/registry.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };
const contract = {
  type: 'object',
  properties: {
    company_name: { type: 'string' },
    batch_size: { type: 'integer', default: 100 },
    dry_run: { type: 'boolean', default: false },
    score: { type: 'number' },
    raw_payload: { type: 'object' },
    tags: { type: 'array', items: { type: 'string' } },
    note: { type: ['string', 'null'] },
    kind: { enum: ['a', 'b'] },
    member: { anyOf: [{ $ref: '#/$defs/Person' }, { type: 'null' }] },
  },
  required: ['company_name'],
  $defs: { Person: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
};
/** The function has the same contract, and takes what FastAPI takes. */
const row = (over: TestRow = {}) => echoRow({ request_schema: contract, apply_defaults: true, ...over });

describe('a row with a contract', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([
      row(),
      row({
        workflow_slug: 'reporting',
        modal_endpoint_url: 'https://demodata--app-reporting.modal.run',
        api_endpoint_url: '/run/companies/demo/reporting/lookup',
        contract_mode: 'report',
      }),
      row({
        workflow_slug: 'off',
        modal_endpoint_url: 'https://demodata--app-off.modal.run',
        api_endpoint_url: '/run/companies/demo/off/lookup',
        contract_mode: 'off',
      }),
      row({
        workflow_slug: 'recursive',
        modal_endpoint_url: 'https://demodata--app-recursive.modal.run',
        api_endpoint_url: '/run/companies/demo/recursive/lookup',
        request_schema: { type: 'object', properties: { next: { $ref: '#' } } },
      }),
    ]);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const call = (body: string | Uint8Array, headers: Record<string, string> = json, to = path) =>
    send(rowgate.url + to, { headers, body });
  const received = () => rowgate.calls.map(({ body }) => Buffer.from(body).toString());

  test('names all faults at once, in words for a table cell', async () => {
    const body = {
      batch_size: 1.5,
      dry_run: 'perhaps',
      score: 'high',
      tags: ['a', 7],
      kind: 'c',
      member: {},
    };
    const response = await call(JSON.stringify(body));
    expect(response.status).toBe(422);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(jsonOf(response)).toMatchObject({
      code: 'invalid_request_body',
      workflow_slug: 'echo',
      errors: expect.arrayContaining([
        { pointer: '/company_name', message: 'company_name is required', expected: 'text' },
        {
          pointer: '/batch_size',
          message: 'batch_size must be a whole number, not a number with a fraction',
          expected: 'a whole number',
        },
        {
          pointer: '/dry_run',
          message: 'dry_run must be true or false, not text',
          expected: 'true or false',
        },
        { pointer: '/score', message: 'score must be a number, not text', expected: 'a number' },
        { pointer: '/tags/1', message: 'tags[1] must be text, not a number', expected: 'text' },
        { pointer: '/kind', message: 'kind must be one of "a" or "b"', expected: 'one of "a" or "b"' },
        { pointer: '/member/name', message: 'member.name is required', expected: 'text' },
      ]),
    });
    expect(received()).toEqual([]);
  });

  test.each([
    ['{"company_name":null}', 'company_name must be text, not null'],
    ['{"company_name":"x","member":5}', 'member must be an object or null, not a number'],
    ['', 'a JSON body is required'],
    ['null', 'a JSON body is required'],
    ['[]', 'the body must be an object, not a list'],
    ['"text"', 'the body must be an object, not text'],
  ])('says of %s: %s', async (body, message) => {
    const response = await call(body);
    expect(response.status).toBe(422);
    expect(jsonOf(response)).toMatchObject({ errors: [{ message }] });
  });

  test('names twenty faults, however many there are and however large the body is', async () => {
    const faults = async (count: number) => {
      const response = await call(
        JSON.stringify({ company_name: 'x', tags: Array.from({ length: count }, () => 1) }),
      );
      return Object(jsonOf(response)).errors;
    };
    expect(await faults(1_000)).toHaveLength(20);
    expect(await faults(100_000)).toHaveLength(20);
  });

  test.each([
    ['batch_size', '"5"'],
    ['batch_size', '" 1_000 "'],
    ['batch_size', '3.0'],
    ['batch_size', 'true'],
    ['batch_size', '9007199254740993'],
    ['score', '"1.5e1"'],
    ['score', 'false'],
    ['dry_run', '"true"'],
    ['dry_run', '"OFF"'],
    ['dry_run', '"y"'],
    ['dry_run', '1'],
    ['dry_run', '0'],
    ['note', 'null'],
    ['member', 'null'],
    ['unknown_field', '{"constructor":1}'],
  ])('takes %s: %s as FastAPI does, and forwards it unchanged', async (name, value) => {
    const member = `"${name}": ${value}`;
    expect((await call(`{"company_name":"x", ${member}}`)).status).toBe(200);
    expect(received()[0]).toContain(member);
  });

  test.each([
    ['batch_size', '"five"'],
    ['batch_size', '1.5'],
    ['batch_size', 'null'],
    ['batch_size', '[]'],
    ['score', '""'],
    ['dry_run', '2'],
    ['dry_run', '"yes please"'],
    ['company_name', '5'],
    ['note', '5'],
    ['tags', '"a"'],
    ['raw_payload', '[]'],
  ])('refuses %s: %s as FastAPI does', async (name, value) => {
    const response = await call(`{"company_name":"x","${name}":${value}}`);
    expect(jsonOf(response)).toMatchObject({ status: 422, errors: [{ pointer: `/${name}` }] });
  });

  const defaults = '"batch_size":100,"dry_run":false';
  test.each([
    ['{"company_name":"x"}', `{${defaults},"company_name":"x"}`],
    [' \n{ "company_name" : "x" }\n ', ` \n{${defaults}, "company_name" : "x" }\n `],
    ['{"company_name":"x","batch_size":1.0}', '{"dry_run":false,"company_name":"x","batch_size":1.0}'],
    [
      '{"raw_payload":{"id":1234567890123456789},"company_name":"a","company_name":"x"}',
      `{${defaults},"raw_payload":{"id":1234567890123456789},"company_name":"a","company_name":"x"}`,
    ],
    ['\ufeff{"company_name":"x"}', `\ufeff{${defaults},"company_name":"x"}`],
    [
      '{"company_name":"x","batch_size":7,"dry_run":true}',
      '{"company_name":"x","batch_size":7,"dry_run":true}',
    ],
  ])('puts defaults behind the opening brace of %j and leaves every other byte', async (body, expected) => {
    expect((await call(body)).status).toBe(200);
    expect(received()).toEqual([expected]);
    const { rawHeaders } = rowgate.calls[0] ?? { rawHeaders: [] };
    expect(rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'content-length') + 1]).toBe(
      String(Buffer.byteLength(expected)),
    );
  });

  test.each([
    ['{"company_name":', { line: 1, column: 17 }],
    ['{\n  "company_name": "x",\n  "a": tru\n}', { line: 3, column: 8 }],
    ['{"a":1,}', { line: 1, column: 8 }],
    ['{"é":1} x', { line: 1, column: 9 }],
    ['   ', { line: 1, column: 4 }],
    ['{"a":NaN}', { line: 1, column: 6 }],
  ])('tells of %j where it stops being JSON', async (body, place) => {
    const response = await call(body);
    expect(response.status).toBe(400);
    expect(jsonOf(response)).toMatchObject({
      code: 'invalid_json',
      place,
      detail: expect.stringContaining(`line ${place.line}, column ${place.column}`),
    });
    expect(received()).toEqual([]);
  });

  test('refuses what is not UTF-8, and brackets without end', async () => {
    expect(jsonOf(await call(Buffer.from([0x22, 0xff, 0x22])))).toMatchObject({ code: 'invalid_json' });
    expect(jsonOf(await call('['.repeat(200_000)))).toMatchObject({
      code: 'invalid_json',
      detail: expect.stringContaining('more than 1,000 brackets'),
    });
  });

  test('in mode report passes every byte on and counts what it would have refused, without values', async () => {
    const to = '/run/companies/demo/reporting/lookup';
    const bodies = ['{"secret_key":1,"batch_size":"a secret"}', 'not json', '{"company_name":"x"}'];
    for (const body of bodies) await call(body, json, to);
    expect(received()).toEqual(bodies);
    const status = await statusOf(rowgate);
    expect(status).toMatchObject({
      contract_reports: [
        {
          workflow_slug: 'reporting',
          count: 2,
          faults: [
            { pointer: '/company_name', expected: 'text', count: 1 },
            { pointer: '/batch_size', expected: 'a whole number', count: 1 },
            { pointer: '', expected: 'JSON', count: 1 },
          ],
        },
      ],
    });
    expect(JSON.stringify(status)).not.toContain('secret');
    const metrics = await (await fetch(`${rowgate.url}/metrics`)).text();
    expect(metrics).toContain('rowgate_contract_reports_total{workflow="reporting"} 2');
  });

  test('in mode off is passed on unread', async () => {
    await call('not json', json, '/run/companies/demo/off/lookup');
    expect(received()).toEqual(['not json']);
  });

  test('that is recursive refuses what nests deeper than the stack, and the process serves on', async () => {
    const to = '/run/companies/demo/recursive/lookup';
    const next = (levels: number) => `${'{"next":'.repeat(levels)}{}${'}'.repeat(levels)}`;
    expect((await call(next(200), json, to)).status).toBe(200);
    expect(jsonOf(await call(next(200_000), json, to))).toMatchObject({
      status: 422,
      errors: [{ pointer: '', message: 'the body is nested too deeply' }],
    });
    expect((await call('{"company_name":"x"}')).status).toBe(200);
  });
});
