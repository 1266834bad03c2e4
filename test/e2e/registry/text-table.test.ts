import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrations.ts';
import { columnNames } from '../../../src/schemas/columns/registry-columns.ts';
import { registryCommand } from '../../helpers/commands/registry-command.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { ask, statusOf, untilListening, untilResponds } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, type TestReplica } from '../../helpers/rowgate.ts';
import { demoRows, echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const echo = '/run/companies/demo/echo/lookup';

describe('a table of text columns only, filled from a sheet and then migrated', () => {
  let opened: AsyncDisposableStack;
  let database: TestDatabase;
  let replica: TestReplica;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    database = await createTestDatabase('blank');
    opened.defer(database.drop);
    const columns = columnNames.map((name) => `${name} text not null default ''`).join(', ');
    await database.query(`create schema reference; create table ${table} (${columns})`);
    const blank = Object.fromEntries(columnNames.map((name) => [name, '']));
    await insertRows(
      database,
      (await demoRows()).map((row) => ({
        ...blank,
        ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ''])),
      })),
    );
    await migrate({ url: database.url, caFile: null });
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    replica = await startReplica({ DATABASE_URL: database.url, UPSTREAM_CONNECT_TO: simulator.origin });
    opened.defer(replica.close);
    await untilListening(replica);
  });
  afterEach(() => opened.disposeAsync());

  test('is served as the same rows are in a table of other types, and each row can be written', async () => {
    expect(replica.app.current()?.counts).toMatchObject({ rows: 105, mounted: 80, rejected: 0 });
    await database.query(`update ${table} set description = description || '.'`);
    await database.query(
      `update ${table} set is_active = 'TRUE', timeout_seconds = '\u00a0', max_concurrency = ' 7 '`,
    );
    const served = await until('the rows are served as they are now', () => {
      const now = replica.app.current();
      const routes = [...(now?.table.routes() ?? [])];
      return routes.every(({ maxConcurrency }) => maxConcurrency === 7) ? now : undefined;
    });
    expect(served.counts).toMatchObject({ mounted: 80, rejected: 0, stale: 0 });
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', mode: 'tracked', table_problems: [] });
  });

  test('takes new rows, changes, and what restore puts back', async () => {
    await insertRows(database, [
      Object.fromEntries(columnNames.map((name) => [name, echoRow({ is_active: 't' })[name] ?? '\u200b'])),
    ]);
    await untilResponds(replica, echo, 200);
    await database.query(`update ${table} set is_active = 'False' where workflow_slug = 'echo'`);
    await untilResponds(replica, echo, 404);
    const [{ version } = {}] = await database.query(
      'select version - 1 as version from rowgate.registry_version',
    );
    const restored = await registryCommand(['restore', 'echo', '--to', String(version)], {
      DATABASE_URL: database.url,
    });
    expect(restored.code, restored.output).toBe(0);
    await untilResponds(replica, echo, 200);
    expect(await ask(replica, echo)).toEqual([200, 'echo']);
    const explained = `select status, message from reference.explain_workflow('echo')`;
    await until(
      'it is validated',
      async () => (await database.query(explained))[0]?.['status'] === 'mounted',
    );
    expect(await database.query(explained)).toEqual([
      { status: 'mounted', message: 'It is served as written.' },
    ]);
  });
});
