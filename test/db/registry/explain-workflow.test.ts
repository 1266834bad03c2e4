import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { createRole, openSession, registry } from '../listener/sessions.ts';

const reasons = [
  {
    code: 'path_taken',
    message: 'Another row has this path.',
    column: 'api_endpoint_url',
    other_slug: 'first',
  },
  { code: 'function_url_not_allowed', message: 'The host is not allowed.', column: 'modal_endpoint_url' },
];
const warnings = [{ code: 'path_unconventional', message: 'The path is odd.', column: 'api_endpoint_url' }];

describe('reference.explain_workflow', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await insertRows(database, [echoRow()]);
  });
  afterEach(() => database.drop());

  /** As a replica does it: the hash under the agreed settings. */
  const judge = async (status: string, found: readonly unknown[] = [], warned: readonly unknown[] = []) => {
    await using session = await openSession(database.url);
    await session.client.query(`begin; set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'`);
    await session.client.query(
      `insert into rowgate.workflow_verdicts (workflow_slug, row_hash, status, reasons, warnings, replica_id)
       select workflow_slug, md5(t::text), $1, $2, $3, 'replica-1' from ${registry} t where workflow_slug = 'echo'
       on conflict (workflow_slug) do update
         set row_hash = excluded.row_hash, status = excluded.status, reasons = excluded.reasons, warnings = excluded.warnings`,
      [status, JSON.stringify(found), JSON.stringify(warned)],
    );
    await session.client.query('commit');
  };
  const explain = async (slug = 'echo') =>
    database.query(
      'select workflow_slug as slug, status, severity, code, message from reference.explain_workflow($1)',
      [slug],
    );

  test('tells every reason and every warning of a row, in the order in which they were found', async () => {
    await judge('rejected', reasons, warnings);
    expect(await explain()).toEqual([
      {
        slug: 'echo',
        status: 'rejected',
        severity: 'reason',
        code: 'path_taken',
        message: 'Another row has this path.',
      },
      {
        slug: 'echo',
        status: 'rejected',
        severity: 'reason',
        code: 'function_url_not_allowed',
        message: 'The host is not allowed.',
      },
      {
        slug: 'echo',
        status: 'rejected',
        severity: 'warning',
        code: 'path_unconventional',
        message: 'The path is odd.',
      },
    ]);
  });

  test.each([
    ['mounted', 'It is served as written.'],
    ['not_exposed', 'It has no api_endpoint_url: it is listed but not served.'],
    ['inactive', 'Its is_active is false: it is listed but not served.'],
  ])('tells in a single line that a row is %s', async (status, message) => {
    await judge(status);
    expect(await explain()).toEqual([{ slug: 'echo', status, severity: null, code: null, message }]);
  });

  test('tells a mounted row by its warnings', async () => {
    await judge('mounted', [], warnings);
    expect(await explain()).toMatchObject([
      { status: 'mounted', severity: 'warning', code: 'path_unconventional' },
    ]);
  });

  test('says that a row was not yet seen: never, or not since it changed', async () => {
    expect(await explain()).toEqual([
      {
        slug: 'echo',
        status: 'not yet seen',
        severity: null,
        code: null,
        message: expect.stringContaining('No replica has validated it yet'),
      },
    ]);
    await judge('mounted');
    await database.query(`update ${registry} set provider = 'x'`);
    expect(await explain()).toMatchObject([
      {
        status: 'not yet seen',
        message: expect.stringMatching(
          /^It has changed since replica replica-1 validated it, at \d{4}-.* UTC, as mounted/,
        ),
      },
    ]);
    await judge('mounted');
    await database.query(`update ${registry} set provider = 'x'`);
    expect(await explain()).toMatchObject([{ status: 'mounted' }]);
  });

  test('says that there is no such row, also where a verdict on it is left over', async () => {
    expect(await explain('nobody')).toMatchObject([{ slug: 'nobody', status: 'no such row', code: null }]);
    await judge('mounted');
    await database.query(`delete from ${registry}`);
    expect(await explain()).toMatchObject([{ status: 'no such row' }]);
  });

  test('responds to a role that can only read the registry, whatever its time zone and date style', async () => {
    await judge('rejected', reasons);
    await using role = await createRole(database, 'select');
    await using session = await openSession(role.url);
    await session.client.query(
      `set timezone = 'Asia/Kolkata'; set datestyle = 'German'; set search_path = 'nowhere'`,
    );
    const { rows } = await session.client.query(`select * from reference.explain_workflow('echo')`);
    expect(rows).toMatchObject([
      { workflow_slug: 'echo', status: 'rejected', code: 'path_taken' },
      { status: 'rejected', code: 'function_url_not_allowed' },
    ]);
    await expect(session.client.query('select from rowgate.workflow_verdicts')).rejects.toThrow(
      'permission denied',
    );
  });

  test('takes a table with columns that are named like its own parts', async () => {
    await database.query(
      `alter table ${registry} add column slug text, add column t text, add column status text, add column hash text`,
    );
    await validateUnaliased(database);
    expect(await explain()).toMatchObject([{ status: 'mounted' }]);
  });
});

async function validateUnaliased(database: TestDatabase): Promise<void> {
  await database.query(
    `insert into rowgate.workflow_verdicts (workflow_slug, row_hash, status, reasons, warnings, replica_id)
     select workflow_slug, md5(whole_row::text), 'mounted', '[]', '[]', 'r' from ${registry} whole_row`,
  );
}
