import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqlProgram } from '../../../scripts/sql.ts';
import { migrate, migrationsDirectory } from '../../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { registryCommand } from '../../helpers/commands/registry-command.ts';
import { runInProcess } from '../../helpers/commands/run-program.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { createRole, history, openSession, registry } from '../listener/sessions.ts';

const before = { type: 'object', required: ['a'] };
const after = { type: 'object', required: ['b'] };
const schemaSet = (schema: unknown) => `request_schema = '${JSON.stringify(schema)}'`;

describe('a request_schema that is changed in place', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const modes = async () =>
    (await database.query(`select contract_mode from ${registry} order by workflow_slug`)).map(
      (row) => row['contract_mode'],
    );
  /** The mode of a row after a change of its columns. */
  const modeAfter = async (row: TestRow, change: string): Promise<unknown> => {
    await insertRows(database, [echoRow({ request_schema: before, ...row })]);
    await database.query(`update ${registry} set ${change}`);
    return (await modes())[0];
  };

  test.each<[string, TestRow, string]>([
    ['of a row without a mode', {}, schemaSet(after)],
    ['of an enforced row', { contract_mode: 'enforce' }, schemaSet(after)],
    ['of a mode that means nothing', { contract_mode: 'Enforce' }, schemaSet(after)],
    ['together with other columns', {}, `provider = 'x', ${schemaSet(after)}`],
    ['of a row that had none', { request_schema: null }, schemaSet(after)],
    ['of a row that is not served', { is_active: false }, schemaSet(after)],
    ['as it is served again', { is_active: false }, `is_active = true, ${schemaSet(after)}`],
    [
      'beside a mode that is as it was',
      { contract_mode: 'enforce' },
      `contract_mode = 'enforce', ${schemaSet(after)}`,
    ],
    ['to what jsonb cannot hold', {}, schemaSet({ const: '\u0000' })],
  ])('only reports: %s', async (_, row, change) => {
    expect(await modeAfter(row, change)).toBe('report');
  });

  test.each<[string, TestRow, string, string | null]>([
    [
      'whose statement enforces it',
      { contract_mode: 'report' },
      `contract_mode = 'enforce', ${schemaSet(after)}`,
      'enforce',
    ],
    [
      'whose statement says null',
      { contract_mode: 'report' },
      `contract_mode = null, ${schemaSet(after)}`,
      null,
    ],
    ['whose statement turns it off', {}, `contract_mode = 'off', ${schemaSet(after)}`, 'off'],
    ['that is off', { contract_mode: 'off' }, schemaSet(after), 'off'],
    ['to null', {}, 'request_schema = null', null],
    ['to JSON’s null', {}, `request_schema = 'null'`, null],
    [
      'in layout and order of members only',
      {},
      `request_schema = '{ "required": ["a"],\n "type": "object" }'`,
      null,
    ],
    ['to what it was', {}, schemaSet(before), null],
    ['not at all, but response_schema is', {}, `response_schema = '{"type": "object"}'`, null],
  ])('keeps its mode: %s', async (_, row, change, mode) => {
    expect(await modeAfter(row, change)).toBe(mode);
  });

  test('only reports in the rows of a statement that it is changed in', async () => {
    await insertRows(database, [
      echoRow({ workflow_slug: 'a', request_schema: before }),
      echoRow({ workflow_slug: 'b', api_endpoint_url: '/run/b', request_schema: after }),
    ]);
    await database.query(`update ${registry} set ${schemaSet(after)}`);
    expect(await modes()).toEqual(['report', null]);
  });

  test('only reports where an INSERT meets the row, and is enforced where it does not', async () => {
    const upsert = (schema: unknown) =>
      database.query(
        `insert into ${registry} (workflow_slug, request_schema) values ('a', $1)
         on conflict (workflow_slug) do update set request_schema = excluded.request_schema`,
        [JSON.stringify(schema)],
      );
    await upsert(before);
    expect(await modes()).toEqual([null]);
    await upsert(after);
    expect(await modes()).toEqual(['report']);
  });

  test('says so in a NOTICE that tells how to enforce it, in npm run sql too', async () => {
    await insertRows(database, [echoRow({ workflow_slug: "it's", request_schema: before })]);
    await using session = await openSession(database.url);
    const notices: unknown[] = [];
    session.client.on('notice', ({ message, hint }) => notices.push([message, hint]));
    await session.client.query(`update ${registry} set ${schemaSet(after)}`);
    expect(notices).toEqual([
      [
        `contract_mode of "it's" is now report: its changed request_schema does not refuse any request yet`,
        expect.stringContaining(`set contract_mode = 'enforce' where workflow_slug = 'it''s'`),
      ],
    ]);
    await session.client.query(`update ${registry} set contract_mode = 'enforce'`);
    expect([await modes(), notices.length]).toEqual([['enforce'], 1]);

    const statement = `update ${registry} set ${schemaSet(before)}`;
    const { code, output } = await runInProcess(sqlProgram, [statement], { DATABASE_URL: database.url });
    expect(code).toBe(0);
    expect(output).toContain(`NOTICE: contract_mode of "it's" is now report`);
  });

  test('is put back by a restore with the mode that it had, and the history has both', async () => {
    await insertRows(database, [echoRow({ request_schema: before })]);
    await database.query(`update ${registry} set ${schemaSet(after)}, contract_mode = 'enforce'`);
    await database.query(`update ${registry} set ${schemaSet(before)}`);
    const recorded = `select new_row ->> 'contract_mode' as mode from ${history} order by id`;
    expect(await database.query(recorded)).toEqual([{ mode: null }, { mode: 'enforce' }, { mode: 'report' }]);
    for (const [version, mode] of [
      ['3', 'enforce'],
      ['4', 'report'],
      ['3', 'enforce'],
    ] as const) {
      const { code } = await registryCommand(['restore', 'echo', '--to', version], {
        DATABASE_URL: database.url,
      });
      expect([code, await modes()]).toEqual([0, [mode]]);
    }
  });

  test('only reports whoever changes it, with the right to write that column and no other', async () => {
    await insertRows(database, [echoRow({ request_schema: before })]);
    await using role = await createRole(database, 'select, update (request_schema)');
    await using session = await openSession(role.url);
    await session.client.query(`update ${registry} set ${schemaSet(after)}`);
    expect(await modes()).toEqual(['report']);
  });
});

test('a request_schema of a table that has it as text only reports once it is changed, also from what is no JSON', async () => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase('blank');
  opened.defer(database.drop);
  await database.query(
    `create schema reference; create table ${registry} (workflow_slug text, request_schema text);
     insert into ${registry} values ('a', 'no JSON')`,
  );
  await migrate({ url: database.url, caFile: null });
  // As with psql, where nothing records that it was applied.
  const file = join(migrationsDirectory, '20261126000000_changed_contracts.sql');
  await database.query(await readFile(file, 'utf8'));
  const change = (columns: string) =>
    database.query(`update ${registry} set ${columns} returning contract_mode as mode`);
  expect(await change(`provider = 'x'`)).toEqual([{ mode: null }]);
  expect(await change(schemaSet(before))).toEqual([{ mode: 'report' }]);
});
