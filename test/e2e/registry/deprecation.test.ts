import { describe, expect, test } from 'vitest';
import { type RawResponse, send } from '../../helpers/http.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { statusOf, untilResponds } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get } from '../../api/get.ts';

const table = 'reference.enrichment_workflow_registry';
const path = '/run/companies/demo/echo/lookup';
const other = '/run/companies/demo/other/lookup';
const json = { 'content-type': 'application/json' };
const call = (url: string, method = 'POST'): Promise<RawResponse> =>
  send(url, { method, headers: json, ...(method === 'POST' ? { body: '{}' } : {}) });
const toldBy = ({ status, headers }: RawResponse) => [status, headers['deprecation']];

describe('a row with deprecated_at', () => {
  test("is served as before; its responses and Rowgate's own include the date, and those of other rows do not", async () => {
    await using opened = new AsyncDisposableStack();
    const rowgate = await startRowgate([
      echoRow({ deprecated_at: '2026-11-01T00:00:00.900Z' }),
      echoRow({ workflow_slug: 'other', api_endpoint_url: other }),
    ]);
    opened.defer(rowgate.close);
    expect(toldBy(await call(rowgate.url + path))).toEqual([200, '@1793491200']);
    expect(toldBy(await call(rowgate.url + path, 'GET'))).toEqual([405, '@1793491200']);
    expect(toldBy(await call(rowgate.url + other))).toEqual([200, undefined]);
    const { body } = await get(`${rowgate.url}/api/enrichment/workflows?is_active=true`);
    expect(body).toMatchObject({
      data: [{ deprecated_at: '2026-11-01T00:00:00.900Z' }, { deprecated_at: null }],
    });

    await rowgate.database.query(`update ${table} set deprecated_at = null`);
    await until('nothing is deprecated any more', async () => {
      return toldBy(await call(rowgate.url + path))[1] === undefined;
    });
  });

  test('is served also where the column holds no time', async () => {
    await using opened = new AsyncDisposableStack();
    const rowgate = await startRowgate([echoRow()], { REGISTRY_POLL_MS: '50' });
    opened.defer(rowgate.close);
    await rowgate.database.query(`alter table ${table} alter column deprecated_at type text`);
    await rowgate.database.query(
      `update ${table} set deprecated_at = 'soon', api_endpoint_url = '${other}' where workflow_slug = 'echo'`,
    );
    await untilResponds(rowgate, other, 200);
    expect(toldBy(await call(rowgate.url + other))).toEqual([200, undefined]);
  });

  test('is served where the table never had the column, and deprecated once the column is added', async () => {
    await using opened = new AsyncDisposableStack();
    const database = await createTestDatabase();
    opened.defer(database.drop);
    await database.query(`alter table ${table} drop column deprecated_at`);
    await insertRows(database, [echoRow()]);
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    const replica = await startReplica({
      DATABASE_URL: database.url,
      UPSTREAM_CONNECT_TO: simulator.origin,
      REGISTRY_POLL_MS: '50',
    });
    opened.defer(replica.close);
    expect(toldBy(await call(replica.url + path))).toEqual([200, undefined]);
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', table_problems: [] });
    await database.query(`update ${table} set api_endpoint_url = '${other}'`);
    await untilResponds(replica, other, 200);
    await database.query(`alter table ${table} add column deprecated_at timestamptz`);
    await database.query(`update ${table} set deprecated_at = '2026-11-01T00:00:00Z'`);
    await until('it is deprecated', async () => toldBy(await call(replica.url + other))[1] === '@1793491200');
  });
});
