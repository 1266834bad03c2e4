import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrations.ts';
import { createDatabase } from '../../../src/db/pool.ts';
import { createRegistrySource } from '../../../src/db/registry/registry.ts';
import { openSession } from '../../db/listener/sessions.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { send } from '../../helpers/http.ts';
import { type Pgbouncer, pgbouncerMissing, startPgbouncer } from '../../helpers/proxies/pgbouncer.ts';
import { ask, statusOf, untilResponds, untilListening } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const echo = '/run/companies/demo/echo/lookup';
const other = '/run/companies/demo/other/lookup';
const otherRow = echoRow({ workflow_slug: 'other', api_endpoint_url: other });
const missing = pgbouncerMissing === null ? '' : ` (${pgbouncerMissing})`;

describe.skipIf(pgbouncerMissing !== null)(`behind pgbouncer in transaction mode${missing}`, () => {
  let opened: AsyncDisposableStack;
  let direct: TestRowgate;
  let pgbouncer: Pgbouncer;
  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    direct = await startRowgate([echoRow()]);
    opened.defer(direct.close);
    pgbouncer = await pooled(direct.database.url, opened);
  });
  afterEach(() => opened.disposeAsync());

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<TestReplica> => {
    const replica = await startReplica({
      DATABASE_URL: pgbouncer.url,
      UPSTREAM_CONNECT_TO: direct.simulator.origin,
      REGISTRY_POLL_MS: '100',
      ...env,
    });
    opened.defer(replica.close);
    return replica;
  };
  const version = async () => {
    const [row] = await direct.database.query(
      'select version::text as version from rowgate.registry_version',
    );
    return String(row?.['version']);
  };

  test('changes arrive by polling, and it never claims to listen, but says that it is deaf', async () => {
    const replica = await start();
    expect(await ask(replica, echo)).toEqual([200, 'echo']);
    await insertRows(direct.database, [otherRow]);
    await untilResponds(replica, other, 200);
    await until('it is deaf', () => replica.app.registry.listenerState() === 'polling_only');
    expect(await statusOf(replica)).toMatchObject({
      state: 'synced',
      mode: 'tracked',
      listener: 'polling_only',
    });
    await direct.database.query(`delete from ${table} where workflow_slug = 'other'`);
    await untilResponds(replica, other, 404);
    const states = replica.observations.flatMap((seen) =>
      seen.kind === 'listener_state' ? [seen.state] : [],
    );
    expect(states).toEqual(['polling_only']);
  });

  test('changes arrive at once with a direct DATABASE_LISTEN_URL', async () => {
    const replica = await start({ DATABASE_LISTEN_URL: direct.database.url, REGISTRY_POLL_MS: '3600000' });
    await untilListening(replica);
    await insertRows(direct.database, [otherRow]);
    await untilResponds(replica, other, 200);
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', listener: 'listening' });
  });

  test('the wait for a version ends when the replica behind it serves that version, too', async () => {
    const replica = await start();
    await insertRows(direct.database, [otherRow]);
    const url = `${replica.url}/api/enrichment/registry/wait?version=${await version()}`;
    expect((await send(url, { method: 'POST' })).status).toBe(204);
    expect(await ask(replica, other)).toEqual([200, 'other']);
  });

  test('readers that share its server connections each read their own registry whole', async () => {
    await direct.database.query(`
      create schema theirs; create table theirs.routes (workflow_slug text, changed_at timestamptz);
      insert into theirs.routes select 'row-' || n, now() from generate_series(1, 300) n`);
    const readers = 20;
    const db = createDatabase({ url: pgbouncer.url, max: readers, caFile: null, observe: () => undefined });
    opened.defer(() => db.destroy());
    const theirs = createRegistrySource(db, 'theirs.routes');
    const ours = createRegistrySource(db, table);
    const facts: string[] = [];
    // As many at once as there are connections: on a busy machine, more would wait for one longer than a connection may take.
    const readTen = async (source: typeof ours): Promise<void> => {
      for (let count = 0; count < 10; count += 1) {
        const { mode, hashes, version: read } = await source.readListing(new Set(), (row) => row);
        facts.push([mode, hashes.length, read].join(' '));
      }
    };
    await Promise.all(
      Array.from({ length: readers }, (_, index) => readTen(index % 2 === 0 ? theirs : ours)),
    );
    const compared = facts.find((fact) => fact.startsWith('compared'));
    expect(new Set(facts)).toEqual(new Set([`compared 300 ${compared?.split(' ')[2]}`, 'tracked 1 2']));
  });

  test('what other clients set on its server connections does not change what is read', async () => {
    await direct.database.query(`
      create schema theirs;
      create table theirs.routes as select 'a' as workflow_slug, now() as seen, interval '1 day 2 hours' as took,
        '\\xff00'::bytea as raw, 0.1::float8 + 0.2 as share`);
    const read = async (url: string) => {
      const db = createDatabase({ url, max: 1, caFile: null, observe: () => undefined });
      await using closing = new AsyncDisposableStack();
      closing.defer(() => db.destroy());
      return (await createRegistrySource(db, 'theirs.routes').readListing(new Set(), (row) => row)).version;
    };
    await using client = await openSession(pgbouncer.url);
    await client.client.query(`set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set intervalstyle = 'iso_8601';
      set bytea_output = 'escape'; set extra_float_digits = -3`);
    expect(await read(pgbouncer.url)).toBe(await read(direct.database.url));
  });
});

test.skipIf(pgbouncerMissing !== null)(
  `migrations that start together apply once through pgbouncer in transaction mode${missing}`,
  async () => {
    await using opened = new AsyncDisposableStack();
    const database = await createTestDatabase('blank');
    opened.defer(database.drop);
    const { url } = await pooled(database.url, opened);
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate({ url, caFile: null })));
    const files = applied.flat().toSorted();
    expect(files.length).toBeGreaterThan(1);
    expect(new Set(files).size).toBe(files.length);
    expect(await migrate({ url: database.url, caFile: null })).toEqual([]);
  },
);

/** Closed before what was opened earlier: a test database is only dropped once no session is on it. */
async function pooled(databaseUrl: string, opened: AsyncDisposableStack): Promise<Pgbouncer> {
  const pgbouncer = await startPgbouncer(databaseUrl, 'transaction');
  if (pgbouncer === null) throw new Error('pgbouncer is not installed.');
  opened.defer(pgbouncer.close);
  return pgbouncer;
}
