import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { openSession, registry } from '../listener/sessions.ts';

describe('npm run migrate on a table of other types', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('blank');
  });
  afterEach(() => database.drop());
  const insert = (over: TestRow) => insertRows(database, [echoRow(over)]);
  const migrated = () => migrate({ url: database.url, caFile: null });

  test('takes numbers, as an import makes them of columns that are empty or have only 1 and 0', async () => {
    await database.query(
      `create schema reference; create table ${registry} (
         workflow_slug varchar(50), modal_endpoint_url text, api_endpoint_url text, is_active double precision,
         timeout_seconds double precision, max_concurrency numeric, request_schema double precision,
         response_schema jsonb, created_at timestamp, updated_at date)`,
    );
    await migrated();
    await insert({ is_active: 1, timeout_seconds: 30 });
    await insert({ workflow_slug: 'retired', is_active: 0, timeout_seconds: -1 });
    await using session = await openSession(database.url);
    const notices: unknown[] = [];
    session.client.on('notice', ({ message }) => notices.push(message));
    await session.client.query(`insert into ${registry} (workflow_slug, api_endpoint_url, modal_endpoint_url)
      values ('a', '/run/a', 'https://demodata--a.modal.run')`);
    expect(notices).toEqual([]);
    await expect(insert({ is_active: 2 })).rejects.toThrow('is_active must be true, false or null; it is 2');
    await expect(insert({ request_schema: 5 })).rejects.toThrow(
      'request_schema must be a JSON object that is a JSON Schema',
    );
  });

  test('changes nothing where a type cannot be used, and names each column, its type and the fix', async () => {
    await database.query(
      `create schema reference; create domain reference.stamp as bigint;
       create table ${registry} (workflow_slug text, api_endpoint_url jsonb, created_at reference.stamp, updated_at text);
       insert into ${registry} values ('a', '"/run/a"', 1, '')`,
    );
    const message = await migrated().then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(message).toContain('api_endpoint_url is jsonb and must be text');
    expect(message).toContain('created_at is reference.stamp and must be timestamptz or text');
    expect(await database.query(`select to_regnamespace('rowgate') as schema`)).toEqual([{ schema: null }]);
    for (const statement of message.split('\n').slice(1)) await database.query(statement);
    expect(await migrated()).not.toEqual([]);
    expect(await database.query(`select workflow_slug, api_endpoint_url from ${registry}`)).toEqual([
      { workflow_slug: 'a', api_endpoint_url: '/run/a' },
    ]);
  });
});
