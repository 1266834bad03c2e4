import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../../src/db/pool.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
let db: Kysely<Database>;

beforeAll(async () => {
  database = await createTestDatabase('blank');
  // One connection: what a statement leaves behind meets the next one.
  db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const stream = (statement: string) =>
  db.getExecutor().stream<Record<string, unknown>>(sql.raw(statement).compile(db), 1);

async function rowsOf(statement: string): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { rows } of stream(statement)) found.push(...rows);
  return found;
}

test('rows arrive in their order, many at a time, and none is lost', async () => {
  const batches: number[] = [];
  const found: unknown[] = [];
  for await (const { rows } of stream(`select n, repeat('x', 200) from generate_series(1, 20000) n`)) {
    batches.push(rows.length);
    found.push(...rows.map(({ n }) => n));
  }
  expect(found).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
  // 64 KiB of the socket at most, and what was begun before.
  expect(Math.max(...batches)).toBeLessThan(1_000);
});

test('other work has its turn between two batches', async () => {
  let turns = 0;
  let batches = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  for await (const { rows } of stream(`select repeat('x', 200) from generate_series(1, 20000)`)) {
    batches += Math.min(rows.length, 1);
  }
  isDone = true;
  expect(batches).toBeGreaterThan(10);
  // Between them: none before the first, which may be there at once.
  expect(turns).toBeGreaterThanOrEqual(batches - 1);
});

test('a statement without rows gives none', async () => {
  expect(await rowsOf('select 1 where false')).toEqual([]);
});

test('a statement that fails amid its rows throws, and the connection goes on', async () => {
  await expect(rowsOf('select 1 / (5000 - n) from generate_series(1, 9000) n')).rejects.toThrow(
    'division by zero',
  );
  await expect(rowsOf('select nonsense')).rejects.toThrow('does not exist');
  expect(await rowsOf('select 1 as one')).toEqual([{ one: 1 }]);
});

test('whoever stops reading leaves the connection ready for the next statement', async () => {
  for await (const { rows } of stream(`select repeat('x', 200) from generate_series(1, 20000)`)) {
    expect(rows).not.toEqual([]);
    break;
  }
  expect(await rowsOf('select 2 as two')).toEqual([{ two: 2 }]);
});

test('a connection that is lost amid the rows throws', async () => {
  await using closing = new AsyncDisposableStack();
  const lost = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  closing.defer(() => lost.destroy());
  const { rows: found } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(lost);
  const reading = async (): Promise<void> => {
    const statement = sql.raw(`select repeat('x', 1000) from generate_series(1, 100000)`).compile(lost);
    for await (const { rows } of lost.getExecutor().stream(statement, 1)) {
      expect(rows).not.toEqual([]);
      await sql`select pg_terminate_backend(${found[0]?.pid})`.execute(db);
    }
  };
  await expect(reading()).rejects.toThrow(/terminat/i);
});

test('times come as ISO 8601 text, and unusual ones as everywhere else', async () => {
  await using closing = new AsyncDisposableStack();
  const utc = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  closing.defer(() => utc.destroy());
  await sql`set timezone = 'UTC'; set datestyle = 'ISO, YMD'`.execute(utc);
  const times = ['2026-01-02 03:04:05.678901', '2026-01-02 03:04:05', '2026-01-02 03:04:05.6', 'infinity'];
  const values = times.map((time) => `('${time}'::timestamptz)`).join(', ');
  const found: unknown[] = [];
  const query = sql<{ at: unknown }>`select at from (values ${sql.raw(values)}) as times (at)`;
  for await (const { rows } of utc.getExecutor().stream<{ at: unknown }>(query.compile(utc), 1)) {
    found.push(...rows.map(({ at }) => at));
  }
  expect(found).toEqual([
    '2026-01-02T03:04:05.678Z',
    '2026-01-02T03:04:05.000Z',
    '2026-01-02T03:04:05.600Z',
    Number.POSITIVE_INFINITY,
  ]);
});
