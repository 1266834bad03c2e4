import { expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { statusOf } from '../../helpers/registry.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { respondJson, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const contract = { type: 'object', properties: { domain: { type: 'string' } }, required: ['domain'] };
/** Somebody wrote another name than the one that callers send. */
const slip = { type: 'object', properties: { domian: { type: 'string' } }, required: ['domian'] };

test('a contract that is changed by SQL refuses no call before it is enforced, and the status tells which it would', async () => {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(
    await startScriptedFunction((_, response, request) => respondJson(response, request, { success: true })),
  );
  const rowgate = await startRowgate([echoRow({ request_schema: contract })], {
    UPSTREAM_CONNECT_TO: fn.origin,
  });
  opened.defer(rowgate.close);
  const call = (body: string) =>
    send(`${rowgate.url}/run/companies/demo/echo/lookup`, {
      headers: { 'content-type': 'application/json' },
      body,
    });
  const change = (columns: string) =>
    rowgate.database.query(`update reference.enrichment_workflow_registry set ${columns}`);
  const reports = async (): Promise<unknown> => Object(await statusOf(rowgate)).contract_reports;

  expect((await call('{}')).status).toBe(422);
  await change(`request_schema = '${JSON.stringify(slip)}'`);
  await until('the changed contract is served', async () => {
    expect((await call('{"domain":"a.com"}')).status).toBe(200);
    return JSON.stringify(await reports()) !== '[]';
  });
  expect(await reports()).toMatchObject([
    { workflow_slug: 'echo', count: 1, faults: [{ pointer: '/domian', expected: 'text' }] },
  ]);

  await change(`contract_mode = 'enforce'`);
  await until('it is enforced', async () => (await call('{"domain":"a.com"}')).status === 422);
  expect(jsonOf(await call('{"domain":"a.com"}'))).toMatchObject({
    code: 'invalid_request_body',
    errors: [{ pointer: '/domian' }],
  });
  expect((await call('{"domian":"a.com"}')).status).toBe(200);
});
