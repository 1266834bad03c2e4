import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grantStatements, rightsOf } from '../../../src/db/rights.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { createTestRole, type TestRole } from '../../helpers/database-role.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { send } from '../../helpers/http.ts';
import { temporaryDirectory } from '../../helpers/process.ts';
import { ask, statusOf, untilListening, untilResponds } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, type TestReplica } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const path = '/run/companies/demo/echo/lookup';
const hidden = '/run/companies/demo/hidden/lookup';
const rows = [
  echoRow({ timeout_seconds: 30 }),
  echoRow({ workflow_slug: 'hidden', api_endpoint_url: hidden, is_active: false }),
];

let opened: AsyncDisposableStack;
let database: TestDatabase;
let role: TestRole;
let env: Record<string, string>;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  database = await createTestDatabase();
  opened.defer(database.drop);
  role = opened.use(await createTestRole(database));
  for (const statement of grantStatements(rightsOf('gateway'), role.name)) await database.query(statement);
  await insertRows(database, rows);
  const simulator = await startEchoSimulator();
  opened.defer(simulator.close);
  const home = opened.use(await temporaryDirectory());
  env = {
    DATABASE_URL: role.url,
    UPSTREAM_CONNECT_TO: simulator.origin,
    REGISTRY_POLL_MS: '50',
    SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
  };
});
afterEach(() => opened.disposeAsync());

const start = async (over: Record<string, string> = {}): Promise<TestReplica> => {
  const replica = await startReplica({ ...env, ...over });
  opened.defer(replica.close);
  return replica;
};
const startElsewhere = async () => start({ SNAPSHOT_PATH: join((await directory()).path, 'snapshot.json') });
const directory = async () => opened.use(await temporaryDirectory());
const touch = () => database.query(`update ${table} set description = 'touched'`);
const stateOf = async (replica: TestReplica) => {
  const status = await statusOf(replica);
  return typeof status === 'object' && status !== null && 'state' in status ? status.state : undefined;
};
const untilState = (replica: TestReplica, state: string) =>
  until(`it is ${state}`, async () => (await stateOf(replica)) === state);
const readiness = async (replica: TestReplica) =>
  (await send(`${replica.url}/readyz`, { method: 'GET' })).status;
const saved = (replica: TestReplica) =>
  until('it is saved', () => replica.observations.some(({ kind }) => kind === 'snapshot_file_saved'));
const served = async (replica: TestReplica) => [
  (await ask(replica, path))[0],
  (await ask(replica, hidden))[0],
];

const truncate = `truncate ${table}`;
const restoreEmpty = `begin; set local session_replication_role = replica; delete from ${table}; commit`;
const secure = `alter table ${table} enable row level security`;

describe('a fault of the table as a whole keeps the last good registry, says what to do, and is no registry at a first start', () => {
  test.each([
    ['row-level security hides its rows', secure, 'rows_hidden', /create policy .* using \(true\)/],
    [
      'a policy hides some of its rows',
      `${secure}; create policy some_rows on ${table} for select using (workflow_slug = 'hidden')`,
      'rows_hidden',
      /create policy/,
    ],
    [
      'the column of the paths is renamed',
      `alter table ${table} rename column api_endpoint_url to path`,
      'column_lost',
      /lacks the column api_endpoint_url.*rename column … to api_endpoint_url/,
    ],
    [
      'the column that switches rows off is renamed',
      `alter table ${table} rename column is_active to active`,
      'column_lost',
      /lacks the column is_active/,
    ],
    [
      'a column is dropped',
      `alter table ${table} drop column timeout_seconds cascade`,
      'column_lost',
      /add column timeout_seconds/,
    ],
    ['it is truncated', truncate, 'became_empty', /registry -- restore --all/],
    ['it is restored without data', restoreEmpty, 'became_empty', /registry -- restore --all/],
  ])('%s', async (_, harm, code, remedy) => {
    const replica = await start();
    await untilListening(replica);
    expect(await served(replica)).toEqual([200, 404]);
    await saved(replica);
    await database.query(harm);
    if (code !== 'became_empty') await touch();
    await untilState(replica, 'out_of_sync');
    expect(await statusOf(replica)).toMatchObject({
      last_error: expect.stringMatching(remedy),
      table_problems: [{ table, code, message: expect.stringMatching(remedy), since: expect.any(String) }],
      counts: { rows: 2, mounted: 1 },
    });
    expect(await served(replica)).toEqual([200, 404]);

    const restarted = await start();
    expect(await served(restarted)).toEqual([200, 404]);
    expect(await stateOf(restarted)).toBe('out_of_sync');

    const first = await startElsewhere();
    expect([await stateOf(first), await readiness(first)]).toEqual(['never_loaded', 503]);
    expect(await statusOf(first)).toMatchObject({ table_problems: [{ code }] });
  });

  test('a slug that is a number now', async () => {
    const replica = await start();
    await database.query(
      `alter table ${table} drop constraint rowgate_workflow_slug;
       alter table ${table} alter column workflow_slug type integer using length(workflow_slug)`,
    );
    await untilState(replica, 'out_of_sync');
    expect(await statusOf(replica)).toMatchObject({
      last_error: expect.stringMatching(/type of the column workflow_slug .* has changed.*type text/),
    });
    expect(await served(replica)).toEqual([200, 404]);
  });
});

describe('a table is in sync again once', () => {
  test.each([
    [
      'the role may see every row',
      secure,
      `create policy rowgate_reads on ${table} for select to ROLE using (true)`,
    ],
    [
      'the column has its name again',
      `alter table ${table} rename column api_endpoint_url to path`,
      `alter table ${table} rename column path to api_endpoint_url`,
    ],
    [
      'the column is there again, though empty',
      `alter table ${table} drop column timeout_seconds cascade`,
      `alter table ${table} add column timeout_seconds integer`,
    ],
    [
      'a row is there',
      truncate,
      `insert into ${table} (workflow_slug, modal_endpoint_url, api_endpoint_url) values ('echo', 'https://demodata--app-echo.modal.run', '${path}')`,
    ],
  ])('%s', async (_, harm, remedy) => {
    const replica = await start();
    await database.query(harm);
    await untilState(replica, 'out_of_sync');
    await database.query(remedy.replace('ROLE', role.name));
    await untilState(replica, 'synced');
    expect(await served(replica)).toEqual([200, 404]);
    expect(await statusOf(replica)).toMatchObject({ table_problems: [] });
    await database.query(`update ${table} set is_active = false`);
    await untilResponds(replica, path, 404);
    expect(await stateOf(replica)).toBe('synced');
  });
});

test('rows that were deleted are gone, also the last one, and the empty registry is a registry', async () => {
  const replica = await start();
  await database.query(`delete from ${table}`);
  await untilResponds(replica, path, 404);
  expect(await stateOf(replica)).toBe('synced');
  const first = await startElsewhere();
  expect([await stateOf(first), await readiness(first)]).toEqual(['synced', 200]);
});

test('a table that was truncated on purpose is empty once a row was inserted and deleted', async () => {
  const replica = await start();
  await database.query(truncate);
  await untilState(replica, 'out_of_sync');
  await database.query(`insert into ${table} (workflow_slug) values ('gone')`);
  await database.query(`delete from ${table}`);
  await untilState(replica, 'synced');
  expect(await ask(replica, path)).toEqual([404, undefined]);
});

test('a new registry that never had a row is ready', async () => {
  await database.query(`delete from ${table}; truncate ${table}_history`);
  const first = await startElsewhere();
  expect([await stateOf(first), await readiness(first)]).toEqual(['synced', 200]);
});
