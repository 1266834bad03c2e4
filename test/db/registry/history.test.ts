import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { demoRows, echoRow } from '../../helpers/rows.ts';
import { history, registry } from '../listener/sessions.ts';

/** Longer than a double carries, members out of order, one twice, and spaces: all of it must survive. */
const schema = '{ "type": "object",\n  "b": 1.0, "a": 1234567890123456789, "a": "ünï" }';

describe('the history of the registry', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const entries = async (columns: string) => database.query(`select ${columns} from ${history} order by id`);
  const asOf = async (slug: string, version: number): Promise<unknown> =>
    (await database.query('select rowgate.workflow_as_of($1, $2) as row', [slug, version]))[0]?.['row'];

  test('has who changed what, and when, with the old row and the new, json columns as they were written', async () => {
    await insertRows(database, [echoRow()]);
    await database.query(`update ${registry} set request_schema = $1`, [schema]);
    await database.query(`delete from ${registry}`);
    const recorded = await entries(
      `version::int, operation, workflow_slug as slug, changed_by as who, old_row::text as old, new_row::text as new`,
    );
    const row = expect.stringContaining('"workflow_slug":"echo"');
    const withSchema = expect.stringContaining(`"request_schema":${schema}`);
    expect(recorded).toEqual([
      { version: 2, operation: 'INSERT', slug: 'echo', who: 'rowgate', old: null, new: row },
      { version: 3, operation: 'UPDATE', slug: 'echo', who: 'rowgate', old: row, new: withSchema },
      { version: 4, operation: 'DELETE', slug: 'echo', who: 'rowgate', old: withSchema, new: null },
    ]);
  });

  test('names whom rowgate.actor names', async () => {
    await database.query(
      `begin; set local rowgate.actor = 'ann@example.com'; insert into ${registry} (workflow_slug) values ('a'); commit`,
    );
    await database.query(`set rowgate.actor = ''; update ${registry} set provider = 'x'`);
    expect(await entries('changed_by')).toEqual([
      { changed_by: 'ann@example.com' },
      { changed_by: 'rowgate' },
    ]);
  });

  test('is the same whatever the time zone, date style and float digits of the writer', async () => {
    await database.query(
      `alter table ${registry} add column weight double precision, add column kept interval`,
    );
    const settings = `set timezone = 'Asia/Kolkata'; set datestyle = 'German'; set extra_float_digits = -10; set intervalstyle = 'sql_standard'`;
    await database.query(
      `${settings}; begin; set local rowgate.restoring = 'on';
       insert into ${registry} (workflow_slug, created_at, weight, kept) values ('a', '2026-01-02 03:04:05.678901+00', 0.1::float8 + 0.2::float8, '1 day 2 hours'); commit`,
    );
    expect((await database.query(`select new_row::text from ${history}`))[0]?.['new_row']).toMatch(
      /"created_at":"2026-01-02T03:04:05\.678901\+00:00".*"weight":0\.30000000000000004,"kept":"1 day 02:00:00"/,
    );
  });

  test('has a renamed row under both slugs, and rows that swap their slugs as two changes', async () => {
    await insertRows(database, [echoRow({ workflow_slug: 'old', provider: 'one' })]);
    await database.query(`update ${registry} set workflow_slug = 'new', provider = 'two'`);
    expect(await asOf('old', 2)).toMatchObject({ provider: 'one' });
    expect([await asOf('old', 3), await asOf('new', 2)]).toEqual([null, null]);
    expect(await asOf('new', 3)).toMatchObject({ workflow_slug: 'new', provider: 'two' });
    const renamed = await database.query(
      `select distinct workflow_slug as slug from ${history} where version > 2 order by 1`,
    );
    expect(renamed).toEqual([{ slug: 'new' }, { slug: 'old' }]);

    await database.query(`insert into ${registry} (workflow_slug, provider) values ('old', 'three')`);
    await database.query(
      `alter table ${registry} drop constraint enrichment_workflow_registry_workflow_slug_key`,
    );
    await database.query(
      `update ${registry} set workflow_slug = case workflow_slug when 'old' then 'new' else 'old' end`,
    );
    const [swap] = await database.query(
      `select string_agg(operation || ' ' || workflow_slug, ',' order by workflow_slug) as all from ${history} where version = 5`,
    );
    expect(swap).toEqual({ all: 'UPDATE new,UPDATE old' });
    expect([await asOf('old', 5), await asOf('new', 5)]).toMatchObject([
      { provider: 'two' },
      { provider: 'three' },
    ]);
  });

  test('has every row of a truncate', async () => {
    await insertRows(database, await demoRows());
    await database.query(`truncate ${registry}`);
    const counted = await database.query(
      `select operation, count(*)::int, count(old_row)::int as old from ${history} group by 1 order by 1`,
    );
    expect(counted).toEqual([
      { operation: 'INSERT', count: 105, old: 0 },
      { operation: 'TRUNCATE', count: 105, old: 105 },
    ]);
    expect(await asOf('company-public', 3)).toBeNull();
  });

  test('tells a row at any version: before its first change, after its last, while it was gone, and unchanged', async () => {
    await database.query(`alter table ${registry} disable trigger user`);
    await insertRows(
      database,
      ['changed', 'unchanged'].map((slug) => echoRow({ workflow_slug: slug, provider: 'first' })),
    );
    await database.query(`alter table ${registry} enable trigger user`);
    const one = `where workflow_slug = 'changed'`;
    await database.query(`update ${registry} set provider = 'second' ${one}`);
    await database.query(
      `begin; update ${registry} set provider = 'lost' ${one}; update ${registry} set provider = 'third' ${one}; commit`,
    );
    await database.query(`delete from ${registry} ${one}`);
    const provider = async (version: number): Promise<unknown> =>
      Object(await asOf('changed', version)).provider;
    expect([await provider(1), await provider(2), await provider(3), await provider(4)]).toEqual([
      'first',
      'second',
      'third',
      undefined,
    ]);
    expect(await asOf('changed', 9)).toBeNull();
    expect(await asOf('unchanged', 1)).toMatchObject({ provider: 'first' });
    expect(await asOf('nobody', 1)).toBeNull();
  });
});
