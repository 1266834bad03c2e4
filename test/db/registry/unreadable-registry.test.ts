import { Kysely, PostgresDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../../../src/db/pool.ts';
import { formatError } from '../../../src/db/format-error.ts';
import { isAway } from '../../../src/db/database-errors.ts';
import { createKeySource } from '../../../src/db/keys/database-key-source.ts';
import { explainTimeout } from '../../../src/db/role-timeouts.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createRegistrySource } from '../../../src/db/registry/registry.ts';
import { openSession } from '../listener/sessions.ts';
import { createTestRole } from '../../helpers/database-role.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { statusOf } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const registry = 'reference.enrichment_workflow_registry';
const table = 'theirs.routes';

let opened: AsyncDisposableStack;
let database: TestDatabase;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  database = await createTestDatabase();
  opened.defer(database.drop);
  await insertRows(database, [echoRow()]);
  await database.query('create schema theirs');
});
afterEach(() => opened.disposeAsync());

const open = (url = database.url) => {
  const db = createDatabase({ url, max: 1, caFile: null, observe: () => undefined });
  opened.defer(() => db.destroy());
  return db;
};
const rejection = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
const readAll = (db: ReturnType<typeof open>, from = table) =>
  createRegistrySource(db, from).readListing(new Set(), (row) => row);

describe('a registry that Postgres cannot read', () => {
  test.each([
    [
      'a materialized view without data',
      `create materialized view ${table} as select * from ${registry} with no data`,
      /^The registry theirs\.routes cannot be read: materialized view "routes" has not been populated\. Fill the materialized view, as its owner: refresh materialized view theirs\.routes;/,
      `refresh materialized view ${table}`,
    ],
    [
      'a view that divides by zero',
      `create table theirs.divisor as select 0 as value;
       create view ${table} as select *, 1 / (select value from theirs.divisor) as share from ${registry}`,
      /^The registry theirs\.routes cannot be read: division by zero\. A view, or a function or a policy that it uses, raises this error: fix it/,
      'update theirs.divisor set value = 1',
    ],
    [
      'a view whose function lacks a table',
      `create function theirs.note() returns text language plpgsql as $$ begin return (select text from theirs.note); end $$;
       create view ${table} as select *, theirs.note() as note from ${registry}`,
      /^The registry theirs\.routes cannot be read: relation "theirs\.note" does not exist\. A view, or a function/,
      `create table theirs.note as select 'x' as text`,
    ],
  ])('%s: the start and the status say what, why and how to fix it', async (_, create, said, fix) => {
    await database.query(create);
    const env = { DATABASE_URL: database.url, REGISTRY_TABLE: table, REGISTRY_POLL_MS: '50' };
    const refusal = await rejection(startReplica(env));
    expect(formatError(refusal)).toMatch(said);
    expect(isAway(refusal)).toBe(false);
    await database.query(fix);
    const replica = await startReplica(env);
    opened.defer(replica.close);
    expect(await statusOf(replica)).toMatchObject({ state: 'synced' });
    expect(replica.app.registry.problems()).toEqual([]);
    await database.query(
      create.includes('materialized')
        ? `refresh materialized view ${table} with no data`
        : fix.replace('value = 1', 'value = 0').replace(/^create table (\S+).*/, 'drop table $1'),
    );
    await until('the status shows it', () => replica.app.registry.problems().length > 0);
    const [problem] = replica.app.registry.problems();
    expect(problem).toMatchObject({ table, code: 'unreadable', message: expect.stringMatching(said) });
  });
});

describe('a timeout of the role that is too short', () => {
  test('is named with its value and the statement that raises it, which takes effect without a restart', async () => {
    await using role = await createTestRole(database);
    await database.query(`
      create view ${table} as select *, pg_sleep(0.2)::text as slept from ${registry};
      grant usage on schema theirs to ${role.name}; grant select on ${table} to ${role.name};
      alter role ${role.name} set statement_timeout = '100ms'`);
    const db = createDatabase({ url: role.url, max: 1, caFile: null, observe: () => undefined });
    try {
      const refusal = await rejection(readAll(db));
      expect(refusal).toMatchObject({
        message: expect.stringContaining(
          `statement_timeout of the role ${role.name} is 100ms, which is too short for the gateway`,
        ),
      });
      expect(isAway(refusal)).toBe(true);
      const [, statement = ''] = /Raise it: (alter role .*)\. New/.exec(formatError(refusal)) ?? [];
      await database.query(statement);
      // The connection that asked for the setting is older than its change, too.
      await until('it is read', async () => !((await rejection(readAll(db))) instanceof Error));
    } finally {
      await db.destroy();
    }
  });

  test('of a millisecond is named, too, and for keys', async () => {
    await using role = await createTestRole(database);
    await database.query(`grant usage on schema rowgate to ${role.name};
      grant select on rowgate.api_keys, rowgate.api_keys_version to ${role.name};
      alter role ${role.name} set lock_timeout = '1ms'`);
    const db = createDatabase({ url: role.url, max: 1, caFile: null, observe: () => undefined });
    await using locking = await openSession(database.url);
    await locking.client.query('begin; lock table rowgate.api_keys');
    try {
      const refusal = await rejection(createKeySource(db, db).readKeys());
      expect(refusal).toMatchObject({
        message: expect.stringContaining(`lock_timeout of the role ${role.name} is 1ms`),
      });
    } finally {
      await db.destroy();
    }
  });

  test.each([
    ['the database DATABASE', `alter database DATABASE set statement_timeout = '100ms'`, ''],
    ['the server or of the connection URL', 'select 1', '?options=-c%20statement_timeout%3D100'],
  ])('is found where it was set: %s', async (owner, statement, parameters) => {
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`create view ${table} as select *, pg_sleep(0.2)::text as slept from ${registry}`);
    await database.query(statement.replace('DATABASE', name));
    const refusal = await rejection(readAll(open(database.url + parameters)));
    const where = owner.replace('DATABASE', name);
    expect(refusal).toMatchObject({
      message: expect.stringContaining(`statement_timeout of ${where} is 100ms`),
    });
  });

  test('is named also where it ends the query for its value', async () => {
    const failing = Object.assign(new Error('canceling statement due to statement timeout'), {
      code: '57014',
    });
    const db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool: async () => Promise.reject(failing) }),
    });
    expect(await explainTimeout(db, failing)).toMatchObject({
      message: expect.stringMatching(
        /^statement_timeout of the gateway's role or database is so short .* alter role ROLE set/,
      ),
    });
  });

  test('is not blamed for a statement that an operator canceled', async () => {
    await database.query(
      `create view ${table} as select *, pg_cancel_backend(pg_backend_pid()), pg_sleep(60)::text from ${registry}`,
    );
    expect(await rejection(readAll(open()))).toMatchObject({ code: '57014' });
  });
});
