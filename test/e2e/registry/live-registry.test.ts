import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { send } from '../../helpers/http.ts';
import { ask, statusOf, swapsOf, untilResponds, untilListening } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const echo = '/run/companies/demo/echo/lookup';
const other = '/run/companies/demo/other/lookup';
const table = 'reference.enrichment_workflow_registry';
const otherRow = echoRow({
  workflow_slug: 'other',
  modal_endpoint_url: 'https://demodata--app-other.modal.run',
  api_endpoint_url: other,
});
const badSchema = `request_schema = '{"type": 5}'`;

describe.each([
  ['with LISTEN', {}],
  ['by polling only', { DATABASE_LISTEN_URL: 'off', REGISTRY_POLL_MS: '50' }],
] as const)('the live registry %s', (name, env) => {
  let rowgate: TestRowgate;
  beforeEach(async () => {
    rowgate = await startRowgate([echoRow()], { REGISTRY_POLL_MS: '60000', ...env });
    if (name === 'with LISTEN') await untilListening(rowgate);
  });
  afterEach(() => rowgate.close());

  test('serves a row once it is inserted, its new path once it is moved, and nothing once it is deleted', async () => {
    expect(await ask(rowgate, other)).toEqual([404, undefined]);
    await insertRows(rowgate.database, [otherRow]);
    await untilResponds(rowgate, other, 200);
    await rowgate.database.query(
      `update ${table} set api_endpoint_url = '${other}-2' where workflow_slug = 'other'`,
    );
    await untilResponds(rowgate, `${other}-2`, 200);
    expect(await ask(rowgate, other)).toEqual([404, undefined]);
    await rowgate.database.query(`delete from ${table} where workflow_slug = 'other'`);
    await untilResponds(rowgate, `${other}-2`, 404);
    expect(await ask(rowgate, echo)).toEqual([200, 'echo']);
  });

  test('serves a row that was made invalid by its last good version, as stale, until it is fixed', async () => {
    await insertRows(rowgate.database, [otherRow]);
    await untilResponds(rowgate, other, 200);
    await rowgate.database.query(`update ${table} set ${badSchema} where workflow_slug = 'other'`);
    await until('the row is stale', () => rowgate.app.current()?.bySlug.get('other')?.status === 'stale');
    expect([await ask(rowgate, other), await ask(rowgate, echo)]).toEqual([
      [200, 'other'],
      [200, 'echo'],
    ]);
    expect(await statusOf(rowgate)).toMatchObject({
      state: 'degraded',
      counts: { mounted: 1, stale: 1 },
      rows: [
        {
          workflow_slug: 'other',
          status: 'stale',
          path_served: other,
          reasons: [{ code: 'schema_invalid' }],
        },
      ],
    });
    await rowgate.database.query(`update ${table} set request_schema = null where workflow_slug = 'other'`);
    await until('the row is mounted', () => rowgate.app.current()?.bySlug.get('other')?.status === 'mounted');
    expect(await statusOf(rowgate)).toMatchObject({ state: 'synced', rows: [] });
  });

  test.each([
    ['set inactive', 'is_active = false', 'inactive'],
    ['without a path', 'api_endpoint_url = null', 'not_exposed'],
    ['naming a host that is not allowed', `modal_endpoint_url = 'https://a.example'`, 'rejected'],
  ])('unmounts a row at once that is %s, also a stale one', async (_, change, status) => {
    await rowgate.database.query(`update ${table} set ${badSchema}`);
    await until('the row is stale', () => rowgate.app.current()?.bySlug.get('echo')?.status === 'stale');
    await rowgate.database.query(`update ${table} set ${change}`);
    await untilResponds(rowgate, echo, 404);
    expect(rowgate.app.current()?.bySlug.get('echo')?.status).toBe(status);
  });

  test('lets the older of two rows that claim one path keep it, and tells the other', async () => {
    await insertRows(rowgate.database, [echoRow({ workflow_slug: 'a-thief' })]);
    await until('the thief was validated', () => rowgate.app.current()?.bySlug.get('a-thief') !== undefined);
    expect(await ask(rowgate, echo)).toEqual([200, 'echo']);
    expect(rowgate.app.current()?.bySlug.get('a-thief')).toMatchObject({
      status: 'rejected',
      reasons: [{ code: 'path_taken', other_slug: 'echo' }],
    });
    await rowgate.database.query(`delete from ${table} where workflow_slug = 'echo'`);
    await until('the path changes hands', async () => (await ask(rowgate, echo))[1] === 'a-thief');
  });

  test('empties on DELETE and fills again', async () => {
    await rowgate.database.query(`delete from ${table}`);
    await untilResponds(rowgate, echo, 404);
    expect(await statusOf(rowgate)).toMatchObject({ state: 'synced', counts: { rows: 0 } });
    await insertRows(rowgate.database, [otherRow]);
    await untilResponds(rowgate, other, 200);
  });

  test('keeps what it serves on TRUNCATE, out of sync, until a row is there again', async () => {
    await rowgate.database.query(`truncate ${table}`);
    await until('the fault is seen', () => rowgate.app.registry.status().lastError !== null);
    expect(await statusOf(rowgate)).toMatchObject({
      state: 'out_of_sync',
      table_problems: [{ table, code: 'became_empty' }],
      counts: { mounted: 1 },
    });
    expect(await ask(rowgate, echo)).toEqual([200, 'echo']);
    await insertRows(rowgate.database, [otherRow]);
    await untilResponds(rowgate, other, 200);
    expect(await ask(rowgate, echo)).toEqual([404, undefined]);
    expect(await statusOf(rowgate)).toMatchObject({ state: 'synced', table_problems: [] });
  });

  test('serves what 100 concurrent writers wrote, all of it', async () => {
    const rows = Array.from({ length: 100 }, (_, index) =>
      echoRow({ workflow_slug: `w-${index}`, api_endpoint_url: `/run/companies/demo/w-${index}/lookup` }),
    );
    const writers = rows.map((row) => insertRows(rowgate.database, [row]));
    await Promise.all(writers);
    await until('all are served', () => rowgate.app.current()?.counts.mounted === 101);
  });

  test('finishes a call whose row is deleted while it is under way', async () => {
    rowgate.calls.length = 0;
    const headers = { 'content-type': 'application/json', 'x-sim-latency-ms': '500' };
    const call = send(rowgate.url + echo, { headers, body: '{}' });
    await until('the function was called', () => rowgate.calls.length > 0);
    await rowgate.database.query(`delete from ${table}`);
    await untilResponds(rowgate, echo, 404);
    expect((await call).status).toBe(200);
  });

  test('is not led astray by jumps of the clock', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() - 86_400_000);
      await insertRows(rowgate.database, [otherRow]);
      await untilResponds(rowgate, other, 200);
      vi.setSystemTime(Date.now() + 10 * 86_400_000);
      await rowgate.database.query(`delete from ${table} where workflow_slug = 'other'`);
      await untilResponds(rowgate, other, 404);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a reload', () => {
  let rowgate: TestRowgate;
  beforeEach(async () => {
    rowgate = await startRowgate([echoRow(), otherRow], { REGISTRY_POLL_MS: '60000' });
    await untilListening(rowgate);
  });
  afterEach(() => rowgate.close());

  const versionInDatabase = async (): Promise<string> => {
    const [row] = await rowgate.database.query(
      'select version::text as version from rowgate.registry_version',
    );
    return String(row?.['version']);
  };
  const untilInStep = () =>
    until(
      'it is in step',
      async () => rowgate.app.registry.status().versionServed === (await versionInDatabase()),
    );

  test('swaps nothing for a change that changes nothing', async () => {
    const before = rowgate.app.current();
    await rowgate.database.query(`update ${table} set provider = provider`);
    await untilInStep();
    expect(rowgate.app.current()).toBe(before);
  });

  test('reuses the definitions of the rows that did not change', async () => {
    const before = rowgate.app.current()?.bySlug.get('other');
    await rowgate.database.query(`update ${table} set timeout_seconds = 7 where workflow_slug = 'echo'`);
    await untilInStep();
    const after = rowgate.app.current();
    expect(after?.bySlug.get('echo')?.definition?.timeoutSeconds).toBe(7);
    expect(after?.bySlug.get('other')?.definition).toBe(before?.definition);
  });

  test('coalesces a burst and does not lose its last change', async () => {
    const before = swapsOf(rowgate);
    const startedAt = performance.now();
    // Sixty transactions within a tenth of a second, on a machine that is not busy.
    await rowgate.database.query(`do $$ begin
      for seconds in 1..60 loop
        update ${table} set timeout_seconds = seconds where workflow_slug = 'echo';
        commit;
      end loop;
    end $$`);
    await until(
      'the last change is served',
      () => rowgate.app.current()?.bySlug.get('echo')?.definition?.timeoutSeconds === 60,
    );
    // One every 50 ms at most (coalesceMs), the first at once, and one that was under way.
    expect(swapsOf(rowgate) - before).toBeLessThanOrEqual((performance.now() - startedAt) / 50 + 2);
  });

  test('serves a version whose number the responses carry, with the rows of that version', async () => {
    await rowgate.database.query(`update ${table} set timeout_seconds = 9 where workflow_slug = 'echo'`);
    await untilInStep();
    const { headers } = await send(rowgate.url + echo, {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(headers['x-registry-version']).toBe(await versionInDatabase());
  });

  test('tells psql what became of a row', async () => {
    const explain = async (slug: string) =>
      rowgate.database.query('select status, code from reference.explain_workflow($1)', [slug]);
    await until('the verdict is there', async () => (await explain('echo'))[0]?.['status'] === 'mounted');
    await rowgate.database.query(`update ${table} set ${badSchema} where workflow_slug = 'echo'`);
    await until('the new verdict is there', async () => (await explain('echo'))[0]?.['status'] === 'stale');
    expect(await explain('echo')).toEqual([{ status: 'stale', code: 'schema_invalid' }]);
    expect(await explain('nobody')).toMatchObject([{ status: 'no such row' }]);
  });
});
