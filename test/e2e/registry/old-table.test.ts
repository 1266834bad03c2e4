import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, migrationsDirectory } from '../../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { send } from '../../helpers/http.ts';
import { startLoad } from '../../helpers/load.ts';
import { ask, statusOf, untilResponds, untilListening } from '../../helpers/registry.ts';
import { startReplica, type TestReplica } from '../../helpers/rowgate.ts';
import { demoRows } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
/** The table as it was before Rowgate. */
const oldTable = `
  create schema reference;
  create table ${table} (
    id bigint generated always as identity primary key,
    workflow_slug varchar(200) not null unique,
    provider text, platform text, payload_type text, entity_type text, description text, workflow_type text,
    raw_table text, extracted_table text, core_table text, usage_category text,
    coalesces_to_core boolean, is_active boolean not null default true,
    modal_function_name text, modal_endpoint_url text, api_endpoint_url text
  );
`;
const oldColumns = `workflow_slug, provider, platform, payload_type, entity_type, description, workflow_type, raw_table,
  extracted_table, core_table, usage_category, coalesces_to_core, modal_function_name, modal_endpoint_url, api_endpoint_url`;
const industry = '/run/companies/gemini/industry/infer';

describe('a replica that was started on the table as it was before Rowgate', () => {
  let opened: AsyncDisposableStack;
  let database: TestDatabase;
  let replica: TestReplica;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    database = await createTestDatabase('blank');
    opened.defer(database.drop);
    await database.query(oldTable);
    await database.query(
      `insert into ${table} (${oldColumns})
       select ${oldColumns} from json_populate_recordset(null::${table}, $1::json)`,
      [JSON.stringify(await demoRows())],
    );
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    replica = await startReplica({
      DATABASE_URL: database.url,
      UPSTREAM_CONNECT_TO: simulator.origin,
      REGISTRY_POLL_MS: '50',
    });
    opened.defer(replica.close);
  });
  afterEach(() => opened.disposeAsync());

  test('serves all 80 of its routes, compares, and says so', async () => {
    expect(replica.app.current()?.counts).toMatchObject({ rows: 105, mounted: 80, rejected: 0 });
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', mode: 'compared', listener: 'off' });
  });

  test('serves them through the migration, and then is tracked and listens', async () => {
    await using load = startLoad(replica, industry, 'infer-company-industry');
    const mounted: number[] = [];
    const watching = setInterval(() => mounted.push(replica.app.current()?.counts.mounted ?? 0), 5);
    opened.defer(() => clearInterval(watching));

    await migrate({ url: database.url, caFile: null });
    await until('it is tracked', () => replica.app.registry.status().mode === 'tracked');
    await untilListening(replica);
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', counts: { rows: 105, mounted: 80 } });

    await load.stop();
    expect(load.failures()).toEqual([]);
    expect(new Set(mounted)).toEqual(new Set([80]));
  });

  test('is tracked also where it saw the half of the migration that changes rows before the other half', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rowgate-half-'));
    opened.defer(() => rm(directory, { recursive: true }));
    const [first = '', ...others] = (await readdir(migrationsDirectory)).toSorted();
    await writeFile(join(directory, first), await readFile(join(migrationsDirectory, first)));
    const versionBefore = replica.app.registry.status().versionServed;
    await migrate({ url: database.url, caFile: null, directory });
    await until('it saw that', () => replica.app.registry.status().versionServed !== versionBefore);
    expect(replica.app.registry.status().mode).toBe('compared');

    expect(await migrate({ url: database.url, caFile: null })).toEqual(others);
    await until('it is tracked', () => replica.app.registry.status().mode === 'tracked');
    await untilListening(replica);
    await database.query(
      `update ${table} set api_endpoint_url = '${industry}-2' where workflow_slug = 'infer-company-industry'`,
    );
    await untilResponds(replica, `${industry}-2`, 200);
    expect((await ask(replica, industry))[0]).toBe(404);
    const [{ version } = {}] = await database.query(
      'select version::text as version from rowgate.registry_version',
    );
    const url = `${replica.url}/api/enrichment/registry/wait?version=${String(version)}&timeout=10`;
    expect((await send(url, { method: 'POST' })).status).toBe(204);
  });
});
