import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrationsDirectory } from '../../../src/db/migrations.ts';
import { createDatabase } from '../../../src/db/pool.ts';
import { readContractRows, writeContract } from '../../../src/db/registry/contracts.ts';
import { readHistory } from '../../../src/db/registry/history.ts';
import { createRegistrySource } from '../../../src/db/registry/registry.ts';
import { restore } from '../../../src/db/registry/restore.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { history, openSession, registry } from '../listener/sessions.ts';

describe('a registry with a column for every word of our SQL', () => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  beforeEach(async () => {
    database = await createTestDatabase();
    await database.query(
      `alter table ${registry} ${[...(await wordsOfOurSql())].map((word) => `add column if not exists "${word}" text default 'theirs'`).join(', ')}`,
    );
    db = createDatabase({ url: database.url, max: 2, caFile: null, observe: () => undefined });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  test('is written without a warning, and its history holds whole rows', async () => {
    await using session = await openSession(database.url);
    const notices: unknown[] = [];
    session.client.on('notice', ({ severity, message }) => notices.push(`${severity}: ${message}`));
    for (const statement of [
      `insert into ${registry} (workflow_slug, tg_op) values ('a', 'mine')`,
      `update ${registry} set actor = 'somebody', request_schema = '{}', contract_mode = 'enforce'`,
      `delete from ${registry}`,
      `insert into ${registry} (workflow_slug) values ('a')`,
      `truncate ${registry}`,
    ])
      await session.client.query(statement);
    expect(notices).toEqual([]);
    const entries = await database.query(
      `select operation, changed_by, workflow_slug, old_row ->> 'workflow_slug' as old, new_row ->> 'workflow_slug' as new,
        new_row ->> 'tg_op' as tg_op from ${history} order by id`,
    );
    const entry = { changed_by: 'rowgate', workflow_slug: 'a', old: null, new: null, tg_op: null };
    expect(entries).toEqual([
      { ...entry, operation: 'INSERT', new: 'a', tg_op: 'mine' },
      { ...entry, operation: 'UPDATE', old: 'a', new: 'a', tg_op: 'mine' },
      { ...entry, operation: 'DELETE', old: 'a' },
      { ...entry, operation: 'INSERT', new: 'a', tg_op: 'theirs' },
      { ...entry, operation: 'TRUNCATE', old: 'a' },
    ]);
  });

  test('is read, explained, shown and restored', async () => {
    await insertRows(database, [echoRow(), echoRow({ workflow_slug: 'twin' })]);
    const { hashes, rows } = await createRegistrySource(db, registry).readListing(new Set(), (row) => row);
    expect([...rows.values()]).toMatchObject([
      { modal_function_name: 'echo' },
      { modal_function_name: 'echo' },
    ]);
    const echo = hashes.find(({ slug }) => slug === 'echo');
    await database.query(
      `insert into rowgate.workflow_verdicts (workflow_slug, row_hash, status, reasons, warnings, replica_id)
       values ('echo', $1, 'mounted', '[]', '[]', 'replica-1')`,
      [echo?.hash],
    );
    expect(await database.query(`select status from reference.explain_workflow('echo')`)).toEqual([
      { status: 'mounted' },
    ]);

    const [version] = await database.query('select version::text as version from rowgate.registry_version');
    const [row] = await readContractRows(db, registry, 'echo');
    expect(row && (await writeContract(db, registry, row, { request_schema: { type: 'object' } }))).toBe(
      true,
    );
    expect((await readHistory(db, 'echo', 5))[0]?.changes.map(({ column }) => column)).toEqual([
      'request_schema',
      'contract_mode',
    ]);
    const { rows: restored } = await restore(db, {
      slug: 'echo',
      version: String(version?.['version']),
      dryRun: false,
    });
    expect(restored).toMatchObject([{ slug: 'echo', action: 'update' }]);
    const [earlier] = await database.query(`select rowgate.workflow_as_of('echo', 1) as row`);
    expect(earlier).toEqual({ row: null });
    await database.query(`truncate ${history}`);
    const [now] = await database.query(
      `select rowgate.workflow_as_of('echo', 9) ->> 'workflow_slug' as slug`,
    );
    expect(now).toEqual({ slug: 'echo' });
  });
});

describe('a registry whose columns were renamed', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await insertRows(database, [echoRow()]);
  });
  afterEach(() => database.drop());

  const columns =
    'created_at updated_at workflow_slug request_schema contract_mode api_endpoint_url is_active'.split(' ');
  test.each(columns)(
    '%s: a write passes, and whoever writes is told once what is missing',
    async (column) => {
      await database.query(`alter table ${registry} rename column ${column} to theirs`);
      await using session = await openSession(database.url);
      const { client } = session;
      const notices: string[] = [];
      client.on('notice', ({ message = '' }) => notices.push(message));
      const slug = column === 'workflow_slug' ? 'theirs' : 'workflow_slug';
      const schema = column === 'request_schema' ? 'theirs' : 'request_schema';
      await client.query(`insert into ${registry} (${slug}) select 'row-' || n from generate_series(1, 3) n`);
      await client.query(`update ${registry} set description = 'x', ${schema} = '{"type": "object"}'`);
      await client.query(`delete from ${registry} where ${slug} = 'row-1'`);
      await client.query(`truncate ${registry}`);
      const naming = notices.filter((message) => new RegExp(`\\b${column}\\b`).test(message));
      expect(naming.length).toBeGreaterThan(0);
      // Not one for each row: of a statement, each trigger tells it once.
      expect(notices.length).toBeLessThanOrEqual(8);
      expect(await database.query('select version::int from rowgate.registry_version')).toEqual([
        { version: 6 },
      ]);
    },
  );
});

/** Every word of our SQL outside literals and comments, except the system columns, whose names no column can have. */
async function wordsOfOurSql(): Promise<ReadonlySet<string>> {
  const ofPostgres = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);
  const words = new Set<string>();
  for await (const path of glob(join(migrationsDirectory, '..', '{migrations/*.sql,src/db/**/*.ts}'))) {
    const text = await readFile(path, 'utf8');
    const sql = path.endsWith('.sql') ? [text.replaceAll(/--.*$/gm, '')] : (text.match(/`[^`]*`/g) ?? []);
    for (const [word] of sql
      .join(' ')
      .replaceAll(/'[^']*'/g, '')
      .matchAll(/\b[a-z][a-z_0-9]*\b/g))
      if (!ofPostgres.has(word)) words.add(word);
  }
  return words;
}
