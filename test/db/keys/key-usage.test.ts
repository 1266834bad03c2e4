import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { insertKey } from '../../../src/db/keys/api-keys.ts';
import { settleKeyUse } from '../../../src/db/keys/key-usage.ts';
import { createDatabase } from '../../../src/db/pool.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const processId = crypto.randomUUID();
let database: TestDatabase;
let db: Kysely<Database>;
let keyId: string;
beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, max: 2, caFile: null, observe: () => undefined });
  keyId = await makeKey('a'.repeat(64));
});
afterEach(async () => {
  await db.destroy();
  await database.drop();
});

const makeKey = (keyHash: string, requestsPerSecond: number | null = 10) =>
  insertKey(db, {
    name: 'a',
    keyHash,
    scopes: ['read'],
    requestsPerSecond,
    burst: null,
    monthlyQuota: null,
    expiresInSeconds: null,
  });
const settle = (sequence: number, requests: number, over: Readonly<Record<string, unknown>> = {}) =>
  settleKeyUse(db, { processId, sequence, seconds: 1, uses: [{ keyId, requests }], ...over });
const used = async () =>
  Number((await database.query('select used from rowgate.api_key_usage'))[0]?.['used'] ?? 0);

describe('a settlement', () => {
  test('is counted once, however often it is sent, and returns what is left each time', async () => {
    for (let n = 0; n < 3; n += 1) expect(await settle(1, 5)).toMatchObject([{ keyId, used: 5 }]);
    expect(await settle(2, 7)).toMatchObject([{ keyId, used: 12 }]);
    expect(await settle(1, 5)).toMatchObject([{ keyId, used: 12 }]);
    expect(await settle(1, 1, { processId: crypto.randomUUID() })).toMatchObject([{ used: 13 }]);
  });

  test('that is sent twice at the same time is counted once', async () => {
    await Promise.all([settle(1, 5), settle(1, 5)]);
    expect(await used()).toBe(5);
  });

  test('that fails is not counted, and is when it is sent again', async () => {
    await database.query('alter table rowgate.api_key_usage add constraint broken check (used > 100)');
    await expect(settle(1, 5)).rejects.toThrow('broken');
    await database.query('alter table rowgate.api_key_usage drop constraint broken');
    expect(await settle(1, 5)).toMatchObject([{ used: 5 }]);
  });

  test('tells of which month its count is, by the database', async () => {
    const [balance] = await settle(1, 5);
    const [row] = await database.query(
      "select (extract(epoch from date_trunc('month', now(), 'UTC')) * 1000)::float8 as ms",
    );
    expect(balance?.monthStartsAtMs).toBe(row?.['ms']);
  });

  test('leaves out keys that are gone, and ids that are none', async () => {
    const uses = [crypto.randomUUID(), 'no uuid', keyId].map((id) => ({ keyId: id, requests: 2 ** 33 }));
    expect(await settle(1, 0, { uses })).toMatchObject([{ keyId, used: 2 ** 33 }]);
  });

  test('removes what ended processes left after 35 days', async () => {
    await database.query(
      'insert into rowgate.key_settlements select gen_random_uuid(), 1, now() - make_interval(days => days) from unnest(array[34, 36]) as days',
    );
    await settle(1, 5);
    expect(await database.query('select from rowgate.key_settlements')).toHaveLength(2);
  });
});

describe('the use of a month', () => {
  /** As a settlement does while the database's clock is in another month. */
  const count = (months: number, requests: number) =>
    database.query(
      `update rowgate.api_key_usage set
         used = case when month = (date_trunc('month', now() at time zone 'UTC') + make_interval(months => $1))::date then used else 0 end + $2,
         month = (date_trunc('month', now() at time zone 'UTC') + make_interval(months => $1))::date
       returning used::int`,
      [months, requests],
    );

  test('goes on where the clock crosses its end and is set back, and forward', async () => {
    expect(await settle(1, 5)).toMatchObject([{ used: 5 }]);
    expect(await count(1, 2)).toEqual([{ used: 2 }]);
    expect(await settle(2, 1)).toMatchObject([{ used: 6 }]);
    expect(await count(1, 1)).toEqual([{ used: 3 }]);
    expect(await count(-1, 0)).toEqual([{ used: 0 }]);
    expect(await settle(3, 1)).toMatchObject([{ used: 7 }]);
    expect(await settle(4, 1)).toMatchObject([{ used: 8 }]);
  });

  test('is kept of the 24 latest others', async () => {
    await settle(1, 5);
    for (let month = -30; month <= 30; month += 5) await count(month, 1);
    for (let month = 1; month <= 60; month += 1) await count(month, 1);
    const [row] = await database.query(
      'select count(*)::int as months from rowgate.api_key_usage, jsonb_object_keys(other_months)',
    );
    expect(row).toEqual({ months: 24 });
  });

  test.each(['{"2026-11-01": "many"}', '[]', '"x"', '{"2026-11-01": -1e400}'])(
    'is counted though the table has %s of others',
    async (others) => {
      await settle(1, 5);
      await count(1, 1);
      await database.query(
        `update rowgate.api_key_usage set other_months = replace($1, '2026-11-01', to_char(now() at time zone 'UTC', 'YYYY-MM-01'))::jsonb`,
        [others],
      );
      expect(await settle(2, 1)).toMatchObject([{ keyId, used: expect.any(Number) }]);
      expect(await settle(3, 1)).toMatchObject([{ keyId, used: expect.any(Number) }]);
    },
  );
});

describe('what is left of a rate', () => {
  const store = (columns: string) => database.query(`update rowgate.api_key_usage set ${columns}`);
  const tokens = async (requests: number, seconds = 1) =>
    (await settle(await nextSequence(), requests, { seconds }))[0]?.tokens ?? Number.NaN;
  const nextSequence = async () =>
    1 + Number((await database.query('select max(sequence) from rowgate.key_settlements'))[0]?.['max'] ?? 0);

  test('is the burst less what was used beyond the rate of the period', async () => {
    expect(await tokens(10)).toBe(10);
    await store("tokens = 10, refilled_at = now() - interval '1 hour'");
    expect(await tokens(15)).toBeCloseTo(5);
  });

  test('is all of it after an hour without a database in which the rate was kept', async () => {
    await tokens(1);
    await store("tokens = 10, refilled_at = now() - interval '1 hour'");
    expect(await tokens(36_000, 3_600)).toBeCloseTo(10);
  });

  test('is a debt of a minute at most', async () => {
    expect(await tokens(1_000_000)).toBe(-600);
    await store("tokens = -1e9, refilled_at = now() - interval '1 second'");
    expect(await tokens(0)).toBeGreaterThan(-600);
  });

  test('is not used up by what the key used while it had none', async () => {
    await database.query('update rowgate.api_keys set requests_per_second = null');
    expect(await tokens(1_000)).toBe(0);
    await database.query('update rowgate.api_keys set requests_per_second = 10');
    await store("refilled_at = now() - interval '1 second'");
    expect(await tokens(0)).toBeGreaterThan(9);
  });

  test.each([
    "refilled_at = '-infinity'",
    "refilled_at = 'infinity'",
    "refilled_at = '4714-11-24 00:00:00+00 BC'",
    "refilled_at = now() + interval '1 hour'",
    "tokens = 'NaN'",
    "tokens = '-Infinity'",
    "tokens = 'Infinity'",
    'used = -5',
    'used = 9223372036854775807',
    "month = '-infinity'",
  ])('is what it should be where the table has %s', async (columns) => {
    await tokens(1);
    await store(columns);
    expect(await tokens(0)).toBeCloseTo(10, 0);
    expect(await used()).toBeGreaterThanOrEqual(0);
  });
});
