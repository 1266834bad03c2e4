import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSession } from '../../db/listener/sessions.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { type Load, startLoad } from '../../helpers/load.ts';
import { ask, statusOf, swapsOf, untilResponds, untilListening } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const history = 'reference.enrichment_workflow_registry_history';
const steady = '/run/companies/demo/echo/lookup';
const pathOf = (slug: string) => `/run/companies/demo/${slug}/lookup`;
const rowOf = (slug: string) => echoRow({ workflow_slug: slug, api_endpoint_url: pathOf(slug) });
const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => rowOf(`row-${index}`));
const badSchema = `request_schema = '{"type": 5}'`;

let rowgate: TestRowgate;
let load: Load;
const start = async (env: Readonly<Record<string, string>>) => {
  rowgate = await startRowgate([echoRow(), rowOf('a'), rowOf('b')], env);
  load = startLoad(rowgate, steady, 'echo', 1);
};
const stop = async () => {
  await load.stop();
  await rowgate.close();
  expect(load.failures(), 'a good row was hurt').toEqual([]);
};

const query = (text: string) => rowgate.database.query(text);
const served = (...slugs: readonly string[]) =>
  Promise.all(slugs.map(async (slug) => (await ask(rowgate, pathOf(slug)))[1]));
const versionInDatabase = async () =>
  String((await query('select version::text as version from rowgate.registry_version'))[0]?.['version']);
const untilInStep = () =>
  until('it is in step', async () => {
    const { versionServed, outOfSyncSince } = rowgate.app.registry.status();
    return versionServed === (await versionInDatabase()) && outOfSyncSince === null;
  });
const untilState = (state: string) =>
  until(`it is ${state}`, async () => {
    const status = await statusOf(rowgate);
    return typeof status === 'object' && status !== null && 'state' in status && status.state === state;
  });
const secondsOf = (slug: string) =>
  rowgate.app.current()?.bySlug.get(slug)?.definition?.timeoutSeconds ?? null;
/** What comes is then seen by a notification, and not by the comparison that follows each connect. */
const untilListeningAndCompared = async () => {
  await untilListening(rowgate);
  const { lastCheckAt } = rowgate.app.registry.status();
  await query('notify rowgate_registry');
  await until('it checked', () => rowgate.app.registry.status().lastCheckAt !== lastCheckAt);
};
/** Changes a row's timeout as a restored backup does: neither the version nor the history shows it. */
const changeUncounted = (slug: string, seconds: number) =>
  query(
    `begin; update ${table} set timeout_seconds = ${seconds} where workflow_slug = '${slug}';
     delete from ${history} where version = (select version from rowgate.registry_version);
     update rowgate.registry_version set version = version - 1; commit`,
  );
const terminateListener = () =>
  query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'rowgate listener'`,
  );
const untilSomebodyWaitsFor = (relation: string) =>
  until(`somebody waits for ${relation}`, async () => {
    const [row] = await query(
      `select count(*)::int as waiting from pg_locks where not granted and relation = to_regclass('${relation}')`,
    );
    return row?.['waiting'] !== 0;
  });

describe.each([
  ['with LISTEN', { REGISTRY_POLL_MS: '60000' }],
  ['by polling only', { REGISTRY_POLL_MS: '50', DATABASE_LISTEN_URL: 'off' }],
])('a good row is served, and the change %s, when', (name, env) => {
  beforeEach(async () => {
    await start(env);
    if (name === 'with LISTEN') await untilListeningAndCompared();
  });
  afterEach(stop);

  test('a slug is renamed', async () => {
    await query(`update ${table} set workflow_slug = 'c' where workflow_slug = 'a'`);
    await until('the path is the new slug’s', async () => (await served('a'))[0] === 'c');
    expect((rowgate.app.current()?.entries ?? []).map(({ slug }) => slug).toSorted()).toEqual([
      'b',
      'c',
      'echo',
    ]);
  });

  test('two rows swap their slugs in one statement', async () => {
    await query(
      `alter table ${table} drop constraint enrichment_workflow_registry_workflow_slug_key, add unique (workflow_slug) deferrable`,
    );
    await query(
      `update ${table} set workflow_slug = case workflow_slug when 'a' then 'b' else 'a' end where workflow_slug in ('a', 'b')`,
    );
    await until('they are swapped', async () => (await served('a', 'b')).join() === 'b,a');
  });

  test('two rows swap their paths in one statement', async () => {
    await query(
      `update ${table} set api_endpoint_url = case workflow_slug when 'a' then '${pathOf('b')}' else '${pathOf('a')}' end
       where workflow_slug in ('a', 'b')`,
    );
    await until('they are swapped', async () => (await served('a', 'b')).join() === 'b,a');
    expect(rowgate.app.current()?.counts.mounted).toBe(3);
  });

  test('a row moves onto the path of a stale one, which then is not served', async () => {
    await query(`update ${table} set ${badSchema} where workflow_slug = 'a'`);
    await until('a is stale', () => rowgate.app.current()?.bySlug.get('a')?.status === 'stale');
    await query(`update ${table} set api_endpoint_url = '${pathOf('a')}' where workflow_slug = 'b'`);
    await until('the path is b’s', async () => (await served('a'))[0] === 'b');
    expect(rowgate.app.current()?.bySlug.get('a')?.status).toBe('rejected');
    await query(`update ${table} set request_schema = null where workflow_slug = 'a'`);
    await until('a, which is older, has it back', async () => (await served('a'))[0] === 'a');
    expect(rowgate.app.current()?.bySlug.get('b')?.status).toBe('rejected');
  });

  test('a slug is deleted and inserted again in one transaction', async () => {
    await query(
      `begin; delete from ${table} where workflow_slug = 'a';
       insert into ${table} (workflow_slug, modal_endpoint_url, api_endpoint_url, timeout_seconds)
       values ('a', 'https://demodata--app-echo.modal.run', '${pathOf('a')}', 7); commit`,
    );
    await until('the new row is served', () => secondsOf('a') === 7);
    expect(await served('a', 'b')).toEqual(['a', 'b']);
  });

  test('a change is rolled back, which swaps nothing, and another one is made', async () => {
    const before = swapsOf(rowgate);
    await query(`begin; update ${table} set timeout_seconds = 1; delete from ${table}; rollback`);
    await query(`update ${table} set timeout_seconds = 2 where workflow_slug = 'a'`);
    await until('the change is served', () => secondsOf('a') === 2);
    expect([swapsOf(rowgate) - before, secondsOf('b')]).toEqual([1, 30]);
  });

  test('two transactions overlap and commit in the reverse order of their start', async () => {
    await using first = await openSession(rowgate.database.url);
    await using second = await openSession(rowgate.database.url);
    await first.client.query('begin; select pg_current_xact_id()');
    await second.client.query(
      `begin; update ${table} set timeout_seconds = 2 where workflow_slug = 'b'; commit`,
    );
    await first.client.query(`update ${table} set timeout_seconds = 1 where workflow_slug = 'a'`);
    await first.client.query('commit');
    await until('both are served', () => secondsOf('a') === 1 && secondsOf('b') === 2);
    await untilInStep();
  });

  test('a writer waits for another that wrote before it and commits', async () => {
    await using first = await openSession(rowgate.database.url);
    await using second = await openSession(rowgate.database.url);
    await second.client.query('begin; select pg_current_xact_id()');
    await first.client.query(`begin; update ${table} set timeout_seconds = 1 where workflow_slug = 'a'`);
    const waiting = second.client.query(`update ${table} set timeout_seconds = 2 where workflow_slug = 'b'`);
    await first.client.query('commit');
    await waiting;
    await until('the first is served', () => secondsOf('a') === 1);
    expect(secondsOf('b')).toBe(30);
    await second.client.query('commit');
    await until('the second is served', () => secondsOf('b') === 2);
    await untilInStep();
  });

  test.each([1_000, 5_000])('%i rows are inserted in one statement, and deleted again', async (count) => {
    await insertRows(rowgate.database, rowsOf(count));
    await until('all are served', () => rowgate.app.current()?.counts.mounted === count + 3);
    expect(await served('row-0', `row-${count - 1}`)).toEqual(['row-0', `row-${count - 1}`]);
    await query(`delete from ${table} where workflow_slug like 'row-%'`);
    await until('none is served', () => rowgate.app.current()?.counts.mounted === 3);
  });

  test('a row has a megabyte of JSON', async () => {
    const example = JSON.stringify({ text: 'x'.repeat(2 ** 20) });
    await insertRows(rowgate.database, [{ ...rowOf('large'), example_request: JSON.parse(example) }]);
    await untilResponds(rowgate, pathOf('large'), 200);
  });

  test.each([
    ['the counter went back to before, as a restored backup leaves it', 'version = 0'],
    ['the counter jumped ahead', 'version = version + 1000000'],
  ])('%s', async (_, counter) => {
    await query(
      `begin; update ${table} set timeout_seconds = 3 where workflow_slug = 'a'; delete from ${table} where workflow_slug = 'b';
       truncate ${history}; update rowgate.registry_version set ${counter}; notify rowgate_registry; commit`,
    );
    await until('the change is served', () => secondsOf('a') === 3);
    expect(await served('a', 'b')).toEqual(['a', undefined]);
    await untilInStep();
    await query(`update ${table} set timeout_seconds = 4 where workflow_slug = 'a'`);
    await until('the next change is served', () => secondsOf('a') === 4);
  });

  test('an operator empties the history before the change was seen', async () => {
    await query(
      `begin; update ${table} set timeout_seconds = 3 where workflow_slug = 'a'; truncate ${history}; commit`,
    );
    await until('the change is served', () => secondsOf('a') === 3);
    expect(await versionInDatabase()).toBe(rowgate.app.registry.status().versionServed);
  });

  test('an operator empties the history between two changes that are seen together', async () => {
    await query(
      `begin; savepoint one; update ${table} set timeout_seconds = 3 where workflow_slug = 'a'; release one; truncate ${history};
       update ${table} set timeout_seconds = 4 where workflow_slug = 'b'; commit`,
    );
    await until('both are served', () => secondsOf('a') === 3 && secondsOf('b') === 4);
  });

  test.each([
    ['of its own', 'owner'],
    ['named as the alias of our statements', 'registry_row'],
    ['named as our column of hashes', '__rowgate_hash'],
    ['named as our column of slugs', '__rowgate_slug'],
  ])('a column is added, %s', async (_, column) => {
    await query(`alter table ${table} add column ${column} text default 'nobody'`);
    await query(`update ${table} set timeout_seconds = 5 where workflow_slug = 'a'`);
    await until('the change is served', () => secondsOf('a') === 5);
    expect(await served('a', 'b')).toEqual(['a', 'b']);
  });
});

describe('a good row is served, and the status tells the truth, when', () => {
  beforeEach(async () => {
    await start({ REGISTRY_POLL_MS: '50' });
    await untilListeningAndCompared();
  });
  afterEach(stop);
  const create = `create table ${table} (workflow_slug text unique, modal_endpoint_url text, api_endpoint_url text);
    insert into ${table} values ('echo', 'https://demodata--app-echo.modal.run', '${steady}'),
      ('new', 'https://demodata--app-echo.modal.run', '${pathOf('new')}')`;

  test('a change went past the triggers: the comparison after the next connect finds it', async () => {
    await changeUncounted('a', 3);
    await query(`update ${table} set timeout_seconds = 4 where workflow_slug = 'b'`);
    await until('the other change is served', () => secondsOf('b') === 4);
    expect(secondsOf('a')).toBe(30);
    await terminateListener();
    await until('it is served', () => secondsOf('a') === 3);
  });

  test('a change went past the triggers, and the next connect comes while a check is under way', async () => {
    await using session = await openSession(rowgate.database.url);
    await session.client.query('begin; lock table rowgate.registry_version in access exclusive mode');
    await untilSomebodyWaitsFor('rowgate.registry_version');
    await query(
      `begin; alter table ${table} disable trigger user; update ${table} set timeout_seconds = 3 where workflow_slug = 'a';
       alter table ${table} enable trigger user, enable always trigger rowgate_bump_version; commit`,
    );
    const connects = () =>
      rowgate.observations.filter((seen) => seen.kind === 'listener_state' && seen.state === 'listening');
    const before = connects().length;
    await terminateListener();
    await until('it is connected again', () => connects().length > before);
    await session.client.query('commit');
    await until('it is served', () => secondsOf('a') === 3);
  });

  test('the counter has lost its row: it says how to write it again, and is in step when it is there', async () => {
    await query('delete from rowgate.registry_version');
    await untilState('out_of_sync');
    expect(await statusOf(rowgate)).toMatchObject({
      last_error: expect.stringMatching(
        /registry_version has lost its row.*insert into rowgate\.registry_version/,
      ),
      counts: { mounted: 3 },
    });
    const remedy = /insert into .* from [\w.]+\w/.exec(String(rowgate.app.registry.status().lastError))?.[0];
    await query(remedy ?? '');
    await untilState('synced');
    await insertRows(rowgate.database, [rowOf('c')]);
    await untilResponds(rowgate, pathOf('c'), 200);
  });

  test('the table is dropped: the last good snapshot is, until there is a table again, which is polled', async () => {
    await query(`drop table ${table}`);
    await untilState('out_of_sync');
    expect(await statusOf(rowgate)).toMatchObject({
      mode: 'tracked',
      last_error: expect.stringContaining(`no table ${table}`),
      counts: { mounted: 3 },
    });
    await query(create);
    await untilResponds(rowgate, pathOf('new'), 200);
    expect(await served('a', 'b')).toEqual([undefined, undefined]);
    expect(await statusOf(rowgate)).toMatchObject({ state: 'synced', mode: 'compared' });
    await query(`delete from ${table} where workflow_slug = 'new'`);
    await untilResponds(rowgate, pathOf('new'), 404);
  });

  test('another table takes its place in one transaction, and gets its triggers later', async () => {
    await query(`begin; alter table ${table} rename to enrichment_workflow_registry_old; ${create}; commit`);
    await untilResponds(rowgate, pathOf('new'), 200);
    expect(await statusOf(rowgate)).toMatchObject({ state: 'synced', mode: 'compared' });
    await query(
      `create trigger rowgate_bump_version before insert or update or delete or truncate on ${table}
       for each statement execute function rowgate.bump_registry_version()`,
    );
    await until('it is tracked', () => rowgate.app.registry.status().mode === 'tracked');
    await query(`delete from ${table} where workflow_slug = 'new'`);
    await untilResponds(rowgate, pathOf('new'), 404);
  });

  test('its trigger is disabled: from then on it is compared, and tracked again afterwards', async () => {
    await query(`alter table ${table} disable trigger rowgate_bump_version`);
    await until('it is compared', () => rowgate.app.registry.status().mode === 'compared');
    await insertRows(rowgate.database, [rowOf('c')]);
    await untilResponds(rowgate, pathOf('c'), 200);
    await query(`alter table ${table} enable trigger rowgate_bump_version`);
    await until('it is tracked', () => rowgate.app.registry.status().mode === 'tracked');
    await query(`delete from ${table} where workflow_slug = 'c'`);
    await untilResponds(rowgate, pathOf('c'), 404);
  });

  test.each([
    ['a column is added', 'add column owner text', 30],
    ['a column gets another type', 'alter column timeout_seconds type text', 30],
    ['a column’s values are rewritten', 'alter column timeout_seconds type bigint using 7', 7],
  ])('%s, which no trigger sees: what psql is told stays true', async (_, change, seconds) => {
    await query(`update ${table} set timeout_seconds = 30`);
    await query(`alter table ${table} ${change}`);
    await until('the verdicts are of the rows as they are', async () => {
      const rows = await query(
        `select status from ${table} registry_row, reference.explain_workflow(registry_row.workflow_slug)`,
      );
      return rows.length === 3 && rows.every(({ status }) => status === 'mounted');
    });
    expect([secondsOf('a'), ...(await served('a', 'b'))]).toEqual([seconds, 'a', 'b']);
  });

  test.each([
    [
      'is truncated and filled again',
      `create temporary table kept as table ${table}; truncate ${table}; insert into ${table} table kept`,
    ],
    ['is rewritten', `alter table ${table} alter column timeout_seconds type bigint`],
  ])('it is read while it %s in one transaction', async (_, change) => {
    await using session = await openSession(rowgate.database.url);
    await session.client.query(`begin; ${change}`);
    await terminateListener();
    await untilSomebodyWaitsFor(table);
    const before = load.ended();
    await session.client.query('commit');
    await untilListeningAndCompared();
    await until('calls went on', () => load.ended() > before + 20);
    expect(await served('a', 'b')).toEqual(['a', 'b']);
  });

  test('another session locks the table: calls go on, it says so, and is in step afterwards', async () => {
    await using session = await openSession(rowgate.database.url);
    await session.client.query(`begin; lock table ${table} in access exclusive mode`);
    await terminateListener();
    await untilState('out_of_sync');
    expect(await statusOf(rowgate)).toMatchObject({ last_error: expect.stringContaining('lock timeout') });
    expect(await served('a', 'b')).toEqual(['a', 'b']);
    await session.client.query(`update ${table} set timeout_seconds = 3 where workflow_slug = 'a'; commit`);
    await until('the change is served', () => secondsOf('a') === 3);
    await untilState('synced');
  });
});

test('a start while another session locks the table waits for it', async () => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase();
  opened.defer(database.drop);
  await insertRows(database, [echoRow()]);
  await using session = await openSession(database.url);
  await session.client.query(`begin; lock table ${table} in access exclusive mode`);
  const replica = await startReplica({ DATABASE_URL: database.url, REGISTRY_POLL_MS: '50' });
  opened.defer(replica.close);
  expect(await statusOf(replica)).toMatchObject({
    state: 'never_loaded',
    last_error: expect.stringContaining('lock timeout'),
  });
  await session.client.query('commit');
  await until('it is loaded', () => replica.app.current()?.counts.mounted === 1);
});

test.each(['view', 'materialized view'])('a registry that is a %s is served and followed', async (kind) => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase();
  opened.defer(database.drop);
  await insertRows(database, [echoRow()]);
  await database.query(`create ${kind} reference.routes as table ${table}`);
  const env = { DATABASE_URL: database.url, REGISTRY_TABLE: 'reference.routes', REGISTRY_POLL_MS: '50' };
  const replica = await startReplica(env);
  opened.defer(replica.close);
  expect(await statusOf(replica)).toMatchObject({
    state: 'synced',
    mode: 'compared',
    counts: { mounted: 1 },
  });
  await insertRows(database, [rowOf('a')]);
  if (kind === 'materialized view') await database.query('refresh materialized view reference.routes');
  await until('the change is served', () => replica.app.current()?.counts.mounted === 2);
});
