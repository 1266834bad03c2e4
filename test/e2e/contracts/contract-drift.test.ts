import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { statusOf } from '../../helpers/registry.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { respondJson, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };
const response_schema = {
  type: 'object',
  properties: {
    success: { type: 'boolean' },
    count: { type: 'integer' },
    people: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
    by_email: { type: 'object', additionalProperties: { type: 'number' } },
  },
  required: ['success', 'request_id'],
};

async function startWith(script: Script, row: TestRow = {}) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow({ response_schema, ...row })], {
    UPSTREAM_CONNECT_TO: fn.origin,
  });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = () => send(rowgate.url + path, { headers: json, body: '{}' });
  const drift = async () => Object(await statusOf(rowgate)).contract_drift;
  return { ask, drift, rowgate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('a response that does not match its contract', () => {
  test('reaches the caller as it is, and is reported with place and expected type, never with the value', async () => {
    const body = {
      count: '12 secrets',
      people: [{ name: 'a' }, { name: 17 }],
      by_email: { 'secret@example.com': 'x' },
    };
    await using started = await startWith((_, response, request) => respondJson(response, request, body));
    expect(jsonOf(await started.ask())).toEqual(body);
    await until('the drift is reported', async () => (await started.drift()).length === 1);
    await started.ask();
    await until('it is counted', async () => (await started.drift())[0]?.count === 2);
    const drift = await started.drift();
    expect(drift).toEqual([
      {
        workflow_slug: 'echo',
        count: 2,
        last_seen: expect.stringMatching(/^\d{4}-.*Z$/),
        faults: expect.arrayContaining(
          [
            ['/success', 'true or false'],
            ['/request_id', 'a value'],
            ['/count', 'a whole number'],
            ['/people/*/name', 'text'],
            ['/by_email/*', 'a number'],
          ].map(([pointer, expected]) => ({ pointer, expected, count: 2, last_seen: expect.any(String) })),
        ),
      },
    ]);
    expect(JSON.stringify(drift)).not.toContain('secret');
    const metrics = await (await fetch(`${started.rowgate.url}/metrics`)).text();
    expect(metrics).toContain('rowgate_contract_drift_total{workflow="echo"} 2');
  });

  test('is forgotten when the contract is changed to what the function returns', async () => {
    await using started = await startWith((_, response, request) =>
      respondJson(response, request, { count: 1 }),
    );
    await started.ask();
    await until('the drift is reported', async () => (await started.drift()).length === 1);
    await started.rowgate.database.query(
      `update reference.enrichment_workflow_registry set response_schema = '{"type": "object"}'`,
    );
    await until('it is forgotten', async () => (await started.drift()).length === 0);
    await started.ask();
    expect(await started.drift()).toEqual([]);
  });

  test.each([['an empty'], ['the identity']])('is noticed under %s Content-Encoding', async (which) => {
    await using started = await startWith(async (_, response, request) => {
      response.setHeader('content-encoding', which === 'an empty' ? '' : 'Identity');
      await respondJson(response, request, { count: 1 });
    });
    await started.ask();
    await until('the drift is reported', async () => (await started.drift()).length === 1);
  });

  test('is looked at five times a second, however many there are', async () => {
    await using started = await startWith((_, response, request) => respondJson(response, request, {}));
    await Promise.all(Array.from({ length: 50 }, () => started.ask()));
    await until('the drift is reported', async () => (await started.drift()).length === 1);
    const [{ count }] = await started.drift();
    expect(count).toBeLessThan(30);
  });
});

describe('what is no drift', () => {
  test.each<[string, Script, TestRow]>([
    [
      'a response that matches the contract',
      (_, res, req) => respondJson(res, req, { success: true, request_id: 1 }),
      {},
    ],
    ['mode off', (_, res, req) => respondJson(res, req, {}), { contract_mode: 'off' }],
    [
      "the function's own error",
      async (_, res, req) => {
        res.statusCode = 422;
        await respondJson(res, req, { detail: [] });
      },
      {},
    ],
    [
      'a compressed response',
      async (_, res, req) => {
        res.setHeader('content-encoding', 'gzip');
        await respondJson(res, req, {});
      },
      {},
    ],
    ['text', (_, res) => res.setHeader('content-type', 'text/plain').end('hello'), {}],
    [
      'a response too large to be buffered',
      (_, res, req) => respondJson(res, req, { filler: 'x'.repeat(300 * 1024) }),
      {},
    ],
  ])('%s', async (_, script, row) => {
    await using started = await startWith(script, row);
    await started.ask();
    await started.ask();
    expect(await started.drift()).toEqual([]);
  });
});
