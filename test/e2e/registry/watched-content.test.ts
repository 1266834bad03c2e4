import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, statusOf, untilListening } from '../../helpers/registry.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const path = '/run/companies/demo/echo/lookup';

let rowgate: TestRowgate;
const start = async (env: Readonly<Record<string, string>>) => {
  rowgate = await startRowgate([echoRow({ timeout_seconds: 30 })], env);
};
afterEach(() => rowgate.close());

const query = (text: string) => rowgate.database.query(text);
const seconds = () => rowgate.app.current()?.bySlug.get('echo')?.definition?.timeoutSeconds;
const untilSeconds = (expected: number) => until(`it is ${expected} s`, () => seconds() === expected);
const versionNow = async () =>
  String((await query('select version::text as version from rowgate.registry_version'))[0]?.['version']);
/** Other content at the same version, as a backup of another day may have it. */
const changeUncounted = (to: number) =>
  query(
    `begin; update ${table} set timeout_seconds = ${to};
     delete from ${table}_history where version = (select version from rowgate.registry_version);
     update rowgate.registry_version set version = version - 1; commit`,
  );
const uncounted = () => rowgate.observations.filter(({ kind }) => kind === 'table_changed_uncounted');

describe('content that changed is served, though', () => {
  beforeEach(async () => {
    await start({ REGISTRY_POLL_MS: '50' });
    await untilListening(rowgate);
  });

  test('the version did not: it is found by comparison, logged, and in the status', async () => {
    const before = await versionNow();
    await changeUncounted(7);
    await untilSeconds(7);
    expect(await versionNow()).toBe(before);
    expect(uncounted()).toMatchObject([{ table, message: expect.stringContaining('enable always trigger') }]);
    expect(await statusOf(rowgate)).toMatchObject({
      state: 'synced',
      table_problems: [{ table, code: 'changed_uncounted' }],
    });
    await query(`update ${table} set timeout_seconds = 8`);
    await untilSeconds(8);
    expect(uncounted()).toHaveLength(1);
  });

  test('the trigger was disabled and enabled again within one transaction', async () => {
    await query(
      `begin; alter table ${table} disable trigger all; update ${table} set timeout_seconds = 7; alter table ${table} enable trigger all; commit`,
    );
    await untilSeconds(7);
    expect(uncounted()).toHaveLength(1);
  });

  test.each(['insert', 'update', 'delete', 'truncate'])(
    'its session has session_replication_role = replica, which counts: %s',
    async (operation) => {
      const before = await versionNow();
      const statement = {
        insert: `insert into ${table} (workflow_slug) values ('other')`,
        update: `update ${table} set timeout_seconds = 7`,
        delete: `delete from ${table}`,
        truncate: `truncate ${table}; insert into ${table} (workflow_slug) values ('other')`,
      }[operation];
      await query(`begin; set local session_replication_role = replica; ${statement}; commit`);
      expect(Number(await versionNow())).toBe(Number(before) + 1);
      await until('it was seen', async () => {
        const { versionServed, outOfSyncSince } = rowgate.app.registry.status();
        return versionServed !== before || outOfSyncSince !== null;
      });
      expect(uncounted()).toEqual([]);
    },
  );
});

test('other content at the same version is served after the connections of the pool were lost', async () => {
  await start({ REGISTRY_POLL_MS: '3600000', DATABASE_LISTEN_URL: 'off' });
  await changeUncounted(7);
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await untilSeconds(7);
  expect(await ask(rowgate, path)).toEqual([200, 'echo']);
});
