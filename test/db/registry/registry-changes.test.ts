import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, migrationsDirectory } from '../../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoRows } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { createRole, history, openSession, registry } from '../listener/sessions.ts';

const insert = (slug: string): string => `insert into ${registry} (workflow_slug) values ('${slug}')`;
const readVersion = 'select version::int from rowgate.registry_version';

describe('the version of the registry', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const version = async (): Promise<unknown> => (await database.query(readVersion))[0]?.['version'];

  test('grows by one with every transaction that writes, whatever it writes and however often', async () => {
    expect(await version()).toBe(1);
    const statements = [
      insert('a'),
      `update ${registry} set provider = 'x'`,
      `update ${registry} set provider = 'y' where workflow_slug = 'nobody'`,
      `insert into ${registry} (workflow_slug) values ('a') on conflict (workflow_slug) do update set provider = 'z'`,
      `begin; ${insert('b')}; ${insert('c')}; update ${registry} set provider = 'w'; commit`,
      `delete from ${registry} where workflow_slug = 'a'`,
      `truncate ${registry}`,
    ];
    for (const [index, statement] of statements.entries()) {
      await database.query(statement);
      expect(await version(), statement).toBe(index + 2);
    }
  });

  test('is not touched by a transaction that is rolled back, and never stays behind one that rolls back in part', async () => {
    await database.query(`begin; ${insert('a')}; rollback`);
    expect(await version()).toBe(1);
    await database.query(
      `begin; savepoint s; ${insert('a')}; rollback to s; ${insert('b')}; savepoint t; ${insert('c')}; commit`,
    );
    const inPart = Number(await version());
    expect(inPart).toBeGreaterThan(1);
    await database.query(`begin; savepoint s; ${insert('d')}; release s; ${insert('e')}; commit`);
    expect(await version()).toBeGreaterThan(inPart);
    const recorded = await database.query(
      `select workflow_slug as slug, version <= ${inPart} as earlier from ${history} order by id`,
    );
    expect(recorded).toEqual([
      { slug: 'b', earlier: true },
      { slug: 'c', earlier: true },
      { slug: 'd', earlier: false },
      { slug: 'e', earlier: false },
    ]);
  });

  test('is announced once a transaction, at its commit, on the channel rowgate_registry', async () => {
    await using listening = await openSession(database.url);
    const heard: unknown[] = [];
    listening.client.on('notification', ({ channel, payload }) => heard.push([channel, payload]));
    await listening.client.query('listen rowgate_registry');
    await database.query(`begin; ${insert('a')}; ${insert('b')}; commit`);
    await database.query(`begin; ${insert('c')}; rollback`);
    await database.query(`truncate ${registry}`);
    await until('both were heard', () => heard.length >= 2);
    expect(heard).toEqual([
      ['rowgate_registry', '2'],
      ['rowgate_registry', '3'],
    ]);
  });

  test('always names the same rows, for readers of transactions that commit in the reverse order of their start', async () => {
    await using opened = new AsyncDisposableStack();
    const [first, second, third] = [
      opened.use(await openSession(database.url)).client,
      opened.use(await openSession(database.url)).client,
      opened.use(await openSession(database.url)).client,
    ];
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      seen.push(await consistentRead(database.url));
    };
    await look();
    // The first has its snapshot and its transaction id before the second begins.
    await first.query('begin');
    await first.query('select pg_current_xact_id()');
    await second.query('begin');
    await second.query(insert('second'));
    await look();
    const waiting = third.query(insert('third'));
    await until('the third waits for the second', () => isWaiting(database));
    await look();
    await second.query('commit');
    await waiting;
    await look();
    await first.query(insert('first'));
    await look();
    await first.query('commit');
    await look();
    expect(seen).toEqual([
      { version: 1, slugs: '' },
      { version: 1, slugs: '' },
      { version: 1, slugs: '' },
      { version: 3, slugs: 'second,third' },
      { version: 3, slugs: 'second,third' },
      { version: 4, slugs: 'first,second,third' },
    ]);
  });

  test('counts 100 concurrent writers that write the same rows in opposite orders, none of which deadlocks', async () => {
    await database.query(`${insert('a')}; ${insert('b')}`);
    const before = Number(await version());
    const pool = new pg.Pool({ connectionString: database.url, max: 20 });
    const reads: unknown[] = [];
    const writers = Array.from({ length: 100 }, async (_, index) => {
      const rows = index % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      const [one, two] = rows.map(
        (slug) => `update ${registry} set description = '${index}' where workflow_slug = '${slug}'`,
      );
      await pool.query(index % 5 === 0 ? insert(`row-${index}`) : `begin; ${one}; ${two}; commit`);
    });
    const reading = (async () => {
      for (let round = 0; round < 10; round += 1) reads.push(await writersSeen(database.url));
    })();
    await Promise.all([...writers, reading]);
    await pool.end();
    expect(await version()).toBe(before + 100);
    expect(
      await database.query(`select distinct description from ${registry} where workflow_slug in ('a', 'b')`),
    ).toHaveLength(1);
    // Whoever reads sees whole transactions: both rows with one writer's text.
    for (const read of reads) expect(read).toBeLessThanOrEqual(1);
    const versions = await database.query(
      `select distinct version from ${history} where version > ${before}`,
    );
    expect(versions).toHaveLength(100);
  });

  test('grows by the writes of a role that has rights on the registry table only, which are recorded and stamped', async () => {
    await using role = await createRole(database, 'select, insert, update, delete, truncate');
    await using session = await openSession(role.url);
    const { client } = session;
    await client.query(insert('a'));
    await client.query(`update ${registry} set provider = 'x'`);
    await client.query(`delete from ${registry}`);
    await client.query(insert('b'));
    await client.query(`truncate ${registry}`);
    expect(await version()).toBe(6);
    const recorded = await database.query(`select operation, changed_by from ${history} order by id`);
    expect(recorded.map(({ operation }) => operation)).toEqual([
      'INSERT',
      'UPDATE',
      'DELETE',
      'INSERT',
      'TRUNCATE',
    ]);
    expect(new Set(recorded.map(({ changed_by: by }) => by))).toEqual(new Set([role.name]));
    await expect(client.query(readVersion)).rejects.toThrow('permission denied for schema rowgate');
    await expect(client.query(`select from ${history}`)).rejects.toThrow('permission denied');
  });

  test('refuses writes with a remedy when its row is gone, since no replica would notice them', async () => {
    await database.query(insert('a'));
    await database.query('delete from rowgate.registry_version');
    const refusal: unknown = await database.query(insert('b')).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ message: expect.stringContaining('has lost its row') });
    const hint = refusal instanceof pg.DatabaseError ? (refusal.hint ?? '') : '';
    await database.query(hint.slice(hint.indexOf('insert into')));
    await database.query(insert('b'));
    expect(await version()).toBe(4);
  });
});

describe('an update that changes nothing', () => {
  test('leaves updated_at, the hash of the row and the history as they are', async () => {
    const database = await createTestDatabase();
    await database.query(insert('a'));
    const hash = `select md5(t::text) as hash, updated_at from ${registry} t`;
    const before = await database.query(hash);
    await database.query(`update ${registry} set workflow_slug = workflow_slug, created_at = '2001-01-01'`);
    await database.query(`update ${registry} set updated_at = '2001-01-01'`);
    expect(await database.query(hash)).toEqual(before);
    expect(await database.query(`select operation from ${history}`)).toEqual([{ operation: 'INSERT' }]);
    await database.drop();
  });
});

/** As people had it: other types, no unique slug, a column of their own, a bad row among the 105. */
const table = `
  create schema reference;
  create table ${registry} (
    id bigint generated always as identity primary key,
    workflow_slug varchar(200) not null,
    provider varchar(50), entity_type varchar(50), workflow_type varchar(50), note text default 'mine',
    modal_function_name varchar(200), modal_endpoint_url varchar(500), api_endpoint_url varchar(500),
    is_active boolean
  )`;
const oldColumns =
  'workflow_slug, provider, entity_type, workflow_type, modal_function_name, modal_endpoint_url, api_endpoint_url';

describe('the migration', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('blank');
    await database.query(table);
    const rows = [...(await demoRows()), { workflow_slug: 'bad', api_endpoint_url: '/elsewhere' }];
    await database.query(
      `insert into ${registry} (${oldColumns})
       select ${oldColumns} from json_populate_recordset(null::${registry}, $1::json)`,
      [JSON.stringify(rows)],
    );
  });
  afterEach(() => database.drop());

  test('leaves a table that was there with its 105 rows and a bad one, which can be retired or deleted', async () => {
    const all = `select id, note, ${oldColumns} from ${registry} order by id`;
    const before = await database.query(all);
    await migrate({ url: database.url, caFile: null });
    expect(await database.query(all)).toEqual(before);
    expect(await database.query(`select from ${history}`)).toEqual([]);

    const bad = `where workflow_slug = 'bad'`;
    await expect(database.query(`update ${registry} set provider = 'x' ${bad}`)).rejects.toThrow(
      'api_endpoint_url "/elsewhere" is not under /run/',
    );
    await database.query(`update ${registry} set is_active = false ${bad}`);
    await expect(database.query(`update ${registry} set is_active = true ${bad}`)).rejects.toThrow('/run/');
    await database.query(`delete from ${registry} ${bad}`);
    await database.query(`update ${registry} set provider = 'x'`);
    expect(
      await database.query(`select operation, count(*)::int from ${history} group by 1 order by 1`),
    ).toEqual([
      { operation: 'DELETE', count: 1 },
      { operation: 'UPDATE', count: 106 },
    ]);
  });

  test('applies outside of npm run migrate, as with psql, and a second time without harm', async () => {
    const files = ['20261101000000_registry.sql', '20261102000000_registry_changes.sql'];
    for (const [index, file] of [...files, ...files].entries()) {
      await database.query(await readFile(join(migrationsDirectory, file), 'utf8'));
      await database.query(insert(`after-${index}`));
    }
    const counted = await database.query(`
      select (select count(*)::int from pg_constraint where conname like 'rowgate%') as constraints,
        (select count(*)::int from pg_trigger where tgname like 'rowgate%') as triggers`);
    expect(counted).toEqual([{ constraints: 6, triggers: 6 }]);
    expect(await database.query(readVersion)).toEqual([{ version: 4 }]);
  });
});

async function consistentRead(url: string): Promise<Record<string, unknown> | undefined> {
  await using session = await openSession(url);
  await session.client.query('begin isolation level repeatable read read only');
  const { rows } = await session.client.query<Record<string, unknown>>(readVersion);
  const slugs = await session.client.query<{ slugs: string }>(
    `select coalesce(string_agg(workflow_slug, ',' order by workflow_slug), '') as slugs from ${registry}`,
  );
  await session.client.query('commit');
  return { ...rows[0], ...slugs.rows[0] };
}

async function writersSeen(url: string): Promise<number> {
  await using session = await openSession(url);
  const { rowCount } = await session.client.query(
    `select distinct description from ${registry} where workflow_slug in ('a', 'b') and description is not null`,
  );
  return rowCount ?? 0;
}

async function isWaiting(database: TestDatabase): Promise<boolean> {
  const rows = await database.query('select from pg_locks where not granted');
  return rows.length > 0;
}
