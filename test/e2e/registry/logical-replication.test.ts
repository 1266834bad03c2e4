import { expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrations.ts';
import { openSession } from '../../db/listener/sessions.ts';
import { startOwnPostgres } from '../../helpers/own-postgres.ts';
import { startReplica } from '../../helpers/rowgate.ts';
import { until } from '../../helpers/until.ts';

const tables = ['reference.enrichment_workflow_registry', 'rowgate.api_keys'];
const [registry = ''] = tables;

test('rows that logical replication writes are counted, and so seen at once', async () => {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startOwnPostgres());
  await postgres.query('alter system set wal_level = logical');
  await postgres.stop();
  await postgres.start();
  const url = new URL(postgres.url);
  url.pathname = '/subscriber';
  await postgres.query('create database subscriber');
  await migrate({ url: postgres.url, caFile: null });
  await migrate({ url: url.href, caFile: null });
  const { client: subscriber } = opened.use(await openSession(url.href));
  const { query } = postgres;
  await query(`alter table ${registry} replica identity full`);
  await query(`create publication rows for table ${tables.join(', ')}`);
  // On one server, CREATE SUBSCRIPTION would wait for itself if it made the slot.
  await query(`select pg_create_logical_replication_slot('rows', 'pgoutput')`);
  await subscriber.query(
    `create subscription rows connection '${postgres.url}' publication rows with (create_slot = false, slot_name = 'rows', copy_data = false)`,
  );
  opened.defer(async () => {
    await subscriber.query('alter subscription rows disable; alter subscription rows set (slot_name = none)');
    await subscriber.query('drop subscription rows');
  });
  const replica = await startReplica({ DATABASE_URL: url.href, REGISTRY_POLL_MS: '50' });
  opened.defer(replica.close);
  const versionOf = async (table: string) =>
    Number((await subscriber.query(`select version from rowgate.${table}_version`)).rows[0]?.version);
  const rows = () => replica.app.current()?.entries.map(({ slug, status }) => `${slug} ${status}`);
  const steps = [
    [
      `insert into ${registry} (workflow_slug, modal_endpoint_url, api_endpoint_url)
       values ('a', 'https://demodata--app-a.modal.run', '/run/companies/demo/a/lookup')`,
      'a mounted',
    ],
    [`update ${registry} set is_active = false`, 'a inactive'],
    [`delete from ${registry}; insert into ${registry} (workflow_slug) values ('b')`, 'b not_exposed'],
  ] as const;
  for (const [change, expected] of steps) {
    const before = await versionOf('registry');
    await query(change);
    await until(`it is ${expected}`, () => rows()?.join() === expected);
    expect(await versionOf('registry')).toBeGreaterThan(before);
  }
  const before = await versionOf('api_keys');
  await query(
    `insert into rowgate.api_keys (name, key_hash, scopes) values ('a', repeat('a', 64), '{run:**}')`,
  );
  await until('the key was counted', async () => (await versionOf('api_keys')) > before);
  expect(replica.observations.map(({ kind }) => kind)).not.toContain('table_changed_uncounted');
});
