import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrations.ts';
import { outerCharacters } from '../../../src/schemas/columns/trimmed.ts';
import { columnNames } from '../../../src/schemas/columns/registry-columns.ts';
import { parseRow } from '../../../src/schemas/parse-row.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { openSession, registry } from '../listener/sessions.ts';
import { refusalOf } from './refusal-of.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };
const blanks = ['', ' ', '\r\n', '\u00a0', '\u200b', '\ufeff', '\u3000\u2028', outerCharacters];

/** The columns that a served row may leave out. */
const optional = columnNames.filter((name) => !/^workflow_slug$|_endpoint_url$/.test(name));

/** A table as an import of a sheet makes it: every column is text, and nothing else is there. */
async function importedTable(): Promise<TestDatabase> {
  const database = await createTestDatabase('blank');
  const columns = columnNames.map((name) => `${name} text`).join(', ');
  await database.query(`create schema reference; create table ${registry} (${columns})`);
  await migrate({ url: database.url, caFile: null });
  return database;
}

const values: readonly TestRow[] = [
  ...columnNames.flatMap((column) => ['', outerCharacters].map((blank) => ({ [column]: blank }))),
  ...blanks.map((blank) => Object.fromEntries(optional.map((column) => [column, blank]))),
  ...['TRUE', 't', '\u00a0False\u200b', 'NO', 'null', 'NULL', '1', '0', 'maybe', '2', 'tru e', 'falsch'].map(
    (is_active) => ({ is_active }),
  ),
  // What is retired may say anything.
  { is_active: '\u00a0FALSE\r', timeout_seconds: 'x', request_schema: '{', api_endpoint_url: '/elsewhere' },
  { is_active: 'off', workflow_slug: '' },
  { is_active: 'maybe', api_endpoint_url: '' },
  ...[
    '30',
    '\u00a045\r',
    '0.5',
    '1e3',
    '+1',
    '.5',
    '5.',
    '86400',
    '0x10',
    '0b11',
    '0o17',
    '0x15180',
    '0x15181',
    `0x${'f'.repeat(400)}`,
    '0xg',
    '-0x1',
    '0',
    '-1',
    '86401',
    'NaN',
    'Infinity',
    '1e400',
    '1e-400',
    '30 s',
    '1,5',
    '1_0',
    '٣٠',
    'soon',
    'null',
  ].map((timeout_seconds) => ({ timeout_seconds })),
  ...['7', '\u00a07 ', '007', '100000', '000100000', '0', '100001', '1.0', '-1', '٧', 'x'].map(
    (max_concurrency) => ({
      max_concurrency,
    }),
  ),
  ...[
    '{"type": "object"}',
    '\ufeff{"type": "object"}\u00a0',
    '{}',
    'null',
    ' null ',
    'NULL',
    '{"type": "object"',
    "{'type': 'object'}",
    '{"a": 1,}',
    '[]',
    '[{}]',
    '[',
    'true',
    '5',
    '"{}"',
    'text',
    '{"type":\u00a0"object"}',
    '{"const": "\\u0000"}',
    '{"const": "\\ud800"}',
  ].flatMap((schema) => [{ request_schema: schema }, { response_schema: schema }]),
];

describe('a row of a table of text columns only', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await importedTable();
  });
  afterAll(() => database.drop());

  test.each(values.map((over) => [JSON.stringify(over).slice(0, 100), over] as const))(
    'is written or refused with %s as the gateway serves or rejects it, with a sentence that names the column',
    async (_, over) => {
      const row = echoRow(over);
      const verdict = parseRow(row, rules);
      const reasons = verdict.status === 'rejected' ? verdict.reasons : [];
      const refusal = await refusalOf(database, row);
      expect(refusal === null, refusal?.message ?? JSON.stringify(reasons)).toBe(reasons.length === 0);
      if (refusal === null) return;
      expect(refusal).toMatchObject({ code: '23514', column: reasons[0]?.column });
      expect(refusal.message).toContain(reasons[0]?.column ?? 'no column');
      expect(refusal.hint).toMatch(/^Write /);
    },
  );
});

test.each([
  [{ timeout_seconds: 'soon' }],
  [{ max_concurrency: 'many' }],
  [{ request_schema: '{"type": "object"' }],
  [{ response_schema: '[]' }],
])('psql and the gateway say the same of %j', async (over) => {
  const database = await importedTable();
  const refusal = await refusalOf(database, echoRow(over));
  const verdict = parseRow(echoRow(over), rules);
  expect(verdict).toMatchObject({ status: 'rejected', reasons: [{ message: `${refusal?.message}.` }] });
  await database.drop();
});

describe('a table of text columns only, once written,', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await importedTable();
  });
  afterEach(() => database.drop());

  /** The notices that statements of one session raise. */
  const noticesOf = async (...statements: readonly string[]) => {
    await using session = await openSession(database.url);
    const notices: string[] = [];
    session.client.on('notice', ({ message }) => notices.push(message ?? ''));
    for (const statement of statements) await session.client.query(statement);
    return notices;
  };

  test('is stamped in UTC, whatever the session shows times as, and the gateway can read it', async () => {
    const insert = `insert into ${registry} (workflow_slug, created_at) values ('a', 'yesterday')`;
    const notices = await noticesOf(
      `set timezone = 'Asia/Tokyo'`,
      `set datestyle = 'German'`,
      insert,
      `update ${registry} set provider = 'x', created_at = ''`,
    );
    expect(notices).toEqual([]);
    const [row] = await database.query(
      `select *, created_at::timestamptz between now() - interval '1 minute' and now() as is_now from ${registry}`,
    );
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(row).toMatchObject({ created_at: iso, updated_at: iso, is_now: true });
    expect(parseRow(row, rules)).toMatchObject({ status: 'not_exposed', warnings: [] });
  });

  test('raises the notices of rows that are not served', async () => {
    await insertRows(database, [echoRow({ is_active: 'TRUE', created_at: '' })]);
    const insert = `insert into ${registry} (workflow_slug, is_active, modal_endpoint_url, api_endpoint_url)
      select 'late', 'yes', modal_endpoint_url, api_endpoint_url from ${registry}`;
    const path = '/run/companies/demo/echo/lookup';
    expect(await noticesOf(insert)).toEqual([
      `"late" is not served: "echo" has the same path ${path} and was there first`,
    ]);
    // As a table has them that was imported with times of its own: read as the gateway reads them.
    const imported = `set session_replication_role = replica; update ${registry} set created_at = case workflow_slug`;
    const touch = `set session_replication_role = origin; update ${registry} set provider = 'x' where workflow_slug = 'late'`;
    for (const [echo, late] of [
      ['', '2026-01-01'],
      ['2026-01-02', 'soon'],
      ['1/31/2026', '2026-02-01T00:00:00Z'],
    ]) {
      expect(
        await noticesOf(`${imported} when 'echo' then '${echo}' else '${late}' end`, touch),
        `${echo} before ${late}`,
      ).toEqual([`"late" is not served: "echo" has the same path ${path} and was there first`]);
    }
    expect(
      await noticesOf(`update ${registry} set is_active = '\u00a0False' where workflow_slug = 'late'`),
    ).toEqual([]);
  });

  test('removes a contract with blank text, without a notice, and keeps its mode', async () => {
    await insertRows(database, [echoRow({ request_schema: '{"type": "object"}' })]);
    for (const blank of blanks) {
      expect(await noticesOf(`update ${registry} set request_schema = '${blank}'`)).toEqual([]);
    }
    expect(await database.query(`select contract_mode from ${registry}`)).toEqual([{ contract_mode: null }]);
    expect(await noticesOf(`update ${registry} set request_schema = '{}'`)).toEqual([
      'contract_mode of "echo" is now report: its changed request_schema does not refuse any request yet',
    ]);
    const quiet = `update ${registry} set contract_mode = '\u00a0off '`;
    expect(await noticesOf(quiet, `update ${registry} set request_schema = '{"a": 1}'`)).toEqual([]);
  });
});
