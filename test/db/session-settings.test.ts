import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { insertKey, readKeys } from '../../src/db/keys/api-keys.ts';
import { settleKeyUse } from '../../src/db/keys/key-usage.ts';
import { startListener } from '../../src/db/listener/listener.ts';
import { migrate } from '../../src/db/migrations.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { pgbouncerMissing, startPgbouncer } from '../helpers/proxies/pgbouncer.ts';
import { ask, statusOf } from '../helpers/registry.ts';
import { insertRows } from '../helpers/database-with-rows.ts';
import { startReplica } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

/** Tables that shadow the catalogs in which we look. */
const shadowTables = 'pg_class pg_namespace pg_trigger pg_proc pg_attribute pg_type pg_database pg_policy'
  .split(' ')
  .map((name) => `create table theirs.${name} (note text);`)
  .join('\n');
/** Functions and an operator that shadow those which we and our triggers call. */
const shadowFunctions = `
  create function theirs.md5(text) returns text language sql as $$ select 'theirs' $$;
  create function theirs.to_regclass(text) returns regclass language sql as $$ select null::regclass $$;
  create function theirs.now() returns timestamptz language sql as $$ select timestamptz '2001-01-01' $$;
  create function theirs.btrim(text, text) returns text language sql as $$ select 'theirs'::text $$;
  create function theirs.char_length(text) returns integer language sql as $$ select 100000 $$;
  create function theirs.starts_with(text, text) returns boolean language sql as $$ select false $$;
  create function theirs.regexp_replace(text, text, text) returns text language sql as $$ select 'theirs'::text $$;
  create function theirs.lower(text) returns text language sql as $$ select 'theirs'::text $$;
  create function theirs.never(text, text) returns boolean language sql as $$ select false $$;
  create operator theirs.= (leftarg = text, rightarg = text, function = theirs.never);`;

async function setForDatabase(database: TestDatabase, setting: string): Promise<void> {
  await database.query(`alter database ${new URL(database.url).pathname.slice(1)} set ${setting}`);
}

async function shadow(database: TestDatabase, what: string): Promise<void> {
  await database.query(`create schema theirs; ${what}`);
  await setForDatabase(database, 'search_path = theirs, pg_catalog, public');
}

describe('a search_path with a schema before pg_catalog', () => {
  let opened: AsyncDisposableStack;
  beforeEach(() => {
    opened = new AsyncDisposableStack();
  });
  afterEach(() => opened.disposeAsync());
  const create = async (from: 'migrated' | 'blank'): Promise<TestDatabase> => {
    const database = await createTestDatabase(from);
    opened.defer(database.drop);
    return database;
  };
  const start = async (url: string) => {
    const replica = await startReplica({ DATABASE_URL: url, AUTH: 'off', REGISTRY_POLL_MS: '50' });
    opened.defer(replica.close);
    return replica;
  };

  test('takes the place of nothing that migrations, rows, keys and a replica depend on', async () => {
    const database = await create('blank');
    await shadow(database, shadowTables + shadowFunctions);
    await migrate({ url: database.url, caFile: null });
    await insertRows(database, [echoRow()]);
    const replica = await start(database.url);
    expect(await statusOf(replica)).toMatchObject({
      state: 'synced',
      mode: 'tracked',
      counts: { mounted: 1 },
    });
    await insertRows(database, [echoRow({ workflow_slug: 'other', api_endpoint_url: '/run/a/b/c/d' })]);
    await until('the other row is served', async () => (await ask(replica, '/run/a/b/c/d'))[1] === 'other');

    const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
    opened.defer(() => db.destroy());
    const key = { name: 'a', keyHash: 'a'.repeat(64), scopes: ['read'], requestsPerSecond: 10, burst: null };
    const keyId = await insertKey(db, { ...key, monthlyQuota: 5, expiresInSeconds: 60 });
    const { content, databaseMs } = await readKeys(db);
    expect(content.rows).toMatchObject([{ id: keyId }]);
    expect(databaseMs).toBeGreaterThan(Date.parse('2026-01-01'));
    const uses = [{ keyId, requests: 3 }];
    const settlement = { processId: crypto.randomUUID(), sequence: 1, seconds: 1, uses };
    expect(await settleKeyUse(db, settlement)).toMatchObject([{ used: 3 }]);
  });

  test('is kept for what a view depends on', async () => {
    const database = await create('migrated');
    await insertRows(database, [echoRow()]);
    await database.query(`
      create schema theirs;
      create table theirs.note as select 'echo' as text;
      create function theirs.note() returns text language plpgsql as $$ begin return (select text from note); end $$;
      create view theirs.routes as select registry.*, theirs.note() as note from reference.enrichment_workflow_registry registry`);
    await setForDatabase(database, 'search_path = theirs');
    const replica = await startReplica({ DATABASE_URL: database.url, REGISTRY_TABLE: 'theirs.routes' });
    opened.defer(replica.close);
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', counts: { mounted: 1 } });
  });

  test.skipIf(pgbouncerMissing !== null)(
    `has no say behind a pooler, whose other clients keep their settings${pgbouncerMissing ?? ''}`,
    async () => {
      const database = await create('migrated');
      await shadow(database, shadowTables);
      await setForDatabase(database, "idle_session_timeout = '1h'");
      await insertRows(database, [echoRow()]);
      const pgbouncer = await startPgbouncer(database.url, 'transaction');
      if (pgbouncer === null) throw new Error('pgbouncer is not installed.');
      opened.defer(pgbouncer.close);
      const replica = await start(pgbouncer.url);
      expect(await statusOf(replica)).toMatchObject({ state: 'synced', mode: 'tracked' });
      // In transactions of their own at the same time, so that each is on another connection of the pooler.
      const clients = Array.from({ length: 5 }, () => new pg.Client(pgbouncer.url));
      for (const client of clients) {
        await client.connect();
        await client.query('begin');
      }
      for (const client of clients) {
        const { rows } = await client.query(
          `select current_setting('search_path') as path, current_setting('idle_session_timeout') as timeout`,
        );
        expect(rows).toEqual([{ path: 'theirs, pg_catalog, public', timeout: '1h' }]);
        await client.end();
      }
    },
  );
});

test('idle_session_timeout ends neither the connections of a pool nor the listener', async () => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase();
  opened.defer(database.drop);
  await setForDatabase(database, "idle_session_timeout = '200ms'");
  const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  opened.defer(() => db.destroy());
  const states: string[] = [];
  const listener = startListener({
    url: database.url,
    caFile: null,
    channel: 'theirs',
    onNotification: () => undefined,
    onConnected: () => undefined,
    onStateChange: (state) => states.push(state),
  });
  opened.defer(listener.close);
  await until('it listens', () => listener.state() === 'listening');
  const pid = async () => (await sql`select pg_backend_pid()`.execute(db)).rows;
  const before = await pid();
  await untilIdleSessionEnds(database.url);
  await untilIdleSessionEnds(database.url);
  expect(await pid()).toEqual(before);
  expect(states).toEqual(['listening']);
});

/** Waits until Postgres has ended a session that does nothing. */
async function untilIdleSessionEnds(url: string): Promise<void> {
  const idle = new pg.Client(url);
  idle.on('error', () => undefined);
  await idle.connect();
  await new Promise((resolve) => idle.once('end', resolve));
}
