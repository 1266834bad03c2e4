import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoRows, type TestRow } from '../helpers/rows.ts';

/** The table as it was before Rowgate. */
const oldTable = `
  create schema reference;
  create table reference.enrichment_workflow_registry (
    id bigint generated always as identity primary key,
    workflow_slug varchar(200) not null unique,
    provider text, platform text, payload_type text, entity_type text, description text, workflow_type text,
    raw_table text, extracted_table text, core_table text, usage_category text,
    coalesces_to_core boolean, is_active boolean not null default true,
    modal_function_name text, modal_endpoint_url text, api_endpoint_url text
  );
`;
const oldColumns =
  'workflow_slug, provider, entity_type, workflow_type, modal_function_name, modal_endpoint_url, api_endpoint_url';

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('blank');
  });
  afterEach(() => database.drop());

  test('apply once, are recorded, and do nothing the second time', async () => {
    const first = await migrate({ url: database.url, caFile: null });
    expect(first).toContain('20261101000000_registry.sql');
    expect(await migrate({ url: database.url, caFile: null })).toEqual([]);
    const recorded = await database.query('select name from rowgate.migrations order by name');
    expect(recorded.map(({ name }) => name)).toEqual(first);
  });

  test('leave a table that was there before with all of its 105 rows, and add what is missing', async () => {
    await database.query(oldTable);
    const rows = await demoRows();
    await database.query(
      `insert into reference.enrichment_workflow_registry (${oldColumns})
       select ${oldColumns} from json_populate_recordset(null::reference.enrichment_workflow_registry, $1::json)`,
      [JSON.stringify(rows)],
    );
    const before = await database.query(
      `select id, ${oldColumns} from reference.enrichment_workflow_registry order by id`,
    );
    await migrate({ url: database.url, caFile: null });
    const after = await database.query(
      `select id, ${oldColumns} from reference.enrichment_workflow_registry order by id`,
    );
    expect(after).toEqual(before);
    expect(after).toHaveLength(105);
    const [added] = await database.query(
      'select timeout_seconds, request_schema, idempotent, created_at from reference.enrichment_workflow_registry limit 1',
    );
    expect(added).toEqual({
      timeout_seconds: null,
      request_schema: null,
      idempotent: null,
      created_at: null,
    });
  });

  test('set created_at once, whatever a writer says, and updated_at on every change', async () => {
    await migrate({ url: database.url, caFile: null });
    const insert = `insert into reference.enrichment_workflow_registry (workflow_slug, created_at) values ('a', '2001-01-01') returning created_at, updated_at`;
    const [inserted] = await database.query(insert);
    expect(timeOf(inserted, 'created_at')).toBeGreaterThan(Date.parse('2026-01-01'));
    const [updated] = await database.query(
      `update reference.enrichment_workflow_registry set created_at = '2001-01-01', provider = 'x' returning created_at, updated_at`,
    );
    expect(timeOf(updated, 'created_at')).toBe(timeOf(inserted, 'created_at'));
    expect(timeOf(updated, 'updated_at')).toBeGreaterThanOrEqual(timeOf(inserted, 'updated_at'));
  });

  test('wait for one another when processes start together', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate({ url: database.url, caFile: null })));
    const once = await database.query('select name from rowgate.migrations order by name');
    expect(applied.flat().toSorted()).toEqual(once.map(({ name }) => name));
  });

  test('warn who writes a key with unreadable scopes, and let it be revoked', async () => {
    await migrate({ url: database.url, caFile: null });
    const client = new pg.Client(database.url);
    const warnings: (string | undefined)[] = [];
    client.on('notice', ({ severity, message }) => warnings.push(`${severity}: ${message}`));
    await client.connect();
    const insert = (scopes: string, n: number) =>
      client.query(
        `insert into rowgate.api_keys (id, name, key_hash, scopes) values ('00000000-0000-0000-0000-00000000000${n}', 'a', repeat('${n}', 64), ${scopes})`,
      );
    await insert(`array['read', null]`, 1);
    await insert(`array[array['read']]`, 2);
    await insert(`array['read']`, 3);
    await client.query('update rowgate.api_keys set revoked_at = now()');
    await client.end();
    expect(warnings).toEqual(
      [1, 2].map(
        (n) =>
          `WARNING: the key 00000000-0000-0000-0000-00000000000${n} is refused: scopes must be a flat list without nulls`,
      ),
    );
  });

  test('roll back a file that fails, keep those before it, and name it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rowgate-migrations-'));
    await writeFile(join(directory, '20260101000000_good.sql'), 'create table public.good (a int);');
    await writeFile(
      join(directory, '20260102000000_bad.sql'),
      'create table public.half (a int); select nonsense;',
    );
    await writeFile(join(directory, 'notes.txt'), 'not a migration');
    await expect(migrate({ url: database.url, caFile: null, directory })).rejects.toThrow(
      /20260102000000_bad\.sql failed and was rolled back: column "nonsense" does not exist/,
    );
    const tables = await database.query(`select tablename from pg_tables where schemaname = 'public'`);
    expect(tables).toEqual([{ tablename: 'good' }]);
    await rm(directory, { recursive: true });
  });
});

function timeOf(row: TestRow | undefined, column: string): number {
  const value = row?.[column];
  return value instanceof Date ? value.getTime() : Number.NaN;
}
