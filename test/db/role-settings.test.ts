import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAway } from '../../src/db/database-errors.ts';
import { insertKey, readKeys, readKeysVersion } from '../../src/db/keys/api-keys.ts';
import { settleKeyUse } from '../../src/db/keys/key-usage.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { createRegistrySource } from '../../src/db/registry/registry.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

const table = 'reference.enrichment_workflow_registry';

describe('settings of the role or the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const set = async (setting: string): Promise<void> => {
    await database.query(`alter database ${new URL(database.url).pathname.slice(1)} set ${setting}`);
  };
  const open = (max = 2) =>
    createDatabase({ url: database.url, max, caFile: null, observe: () => undefined });
  const key = {
    name: 'a',
    keyHash: 'a'.repeat(64),
    scopes: ['read'],
    requestsPerSecond: 10,
    burst: null,
    monthlyQuota: 5,
    expiresInSeconds: 3_600,
  };

  test.each(['extra_float_digits = -15', "timezone = 'Pacific/Apia'", "datestyle = 'German'"])(
    '%s: keys end, and months begin, when they should',
    async (setting) => {
      await set(setting);
      const db = open();
      try {
        const keyId = await insertKey(db, key);
        const [truth] = await database.query(`select (extract(epoch from expires_at) * 1000)::bigint as ends,
          (extract(epoch from date_trunc('month', now(), 'UTC')) * 1000)::bigint as month from rowgate.api_keys`);
        const { content, databaseMs } = await readKeys(db);
        const [row] = content.rows;
        expect(row).toMatchObject({ id: keyId });
        const { expires_at_seconds: seconds } = JSON.parse(JSON.stringify(row));
        expect(Math.round(seconds * 1_000)).toBe(Number(truth?.['ends']));
        // Of the same moment as the end, but for the hour.
        expect(Math.abs(databaseMs + 3_600_000 - Number(truth?.['ends']))).toBeLessThan(60_000);
        expect(Math.abs((await readKeysVersion(db)).databaseMs - databaseMs)).toBeLessThan(60_000);
        const uses = [{ keyId, requests: 3 }];
        const settlement = { processId: crypto.randomUUID(), sequence: 1, seconds: 1, uses };
        expect(await settleKeyUse(db, settlement)).toEqual([
          { keyId, tokens: expect.any(Number), used: 3, monthStartsAtMs: Number(truth?.['month']) },
        ]);
      } finally {
        await db.destroy();
      }
    },
  );

  test.each(['serializable', 'repeatable read'])(
    'default_transaction_isolation = %s: replicas that settle the same key at once are all counted',
    async (level) => {
      await set(`default_transaction_isolation = '${level}'`);
      const db = open(5);
      try {
        const keyId = await insertKey(db, key);
        const settle = () =>
          settleKeyUse(db, {
            processId: crypto.randomUUID(),
            sequence: 2,
            seconds: 1,
            uses: [{ keyId, requests: 1 }],
          });
        await settle();
        for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 5 }, settle));
        expect(await settle()).toMatchObject([{ used: 52 }]);
      } finally {
        await db.destroy();
      }
    },
  );

  test('idle_in_transaction_session_timeout: the registry is read, however long parsing takes', async () => {
    await set("idle_in_transaction_session_timeout = '10ms'");
    const db = open(1);
    try {
      const slowly = () => untilIdleTransactionEnds(database.url);
      const { mode } = await createRegistrySource(db, table).readListing(new Set(), (row) => row, slowly);
      expect(mode).toBe('tracked');
    } finally {
      await db.destroy();
    }
  });

  test.each([
    ['statement_timeout', "set statement_timeout = '1ms'; select pg_sleep(60)"],
    ['a statement that is canceled', 'select pg_cancel_backend(pg_backend_pid()), pg_sleep(60)'],
    ['a session that is ended', 'select pg_terminate_backend(pg_backend_pid()), pg_sleep(60)'],
    ['transaction_timeout', "set transaction_timeout = '1ms'; select pg_sleep(60)"],
    ['lock_timeout', "do $$ begin raise exception using errcode = 'lock_not_available'; end $$"],
  ])('%s: the database is away for now, and a start goes on', async (_, text) => {
    const client = new pg.Client(database.url);
    client.on('error', () => undefined);
    await client.connect();
    const error: unknown = await client.query(text).catch((reason: unknown) => reason);
    await client.end().catch(() => undefined);
    expect(error).toBeInstanceOf(Error);
    expect(isAway(error)).toBe(true);
  });
});

/** Waits until Postgres has ended a transaction that does nothing, and so would end any other one that is idle as long. */
async function untilIdleTransactionEnds(url: string): Promise<void> {
  const idle = new pg.Client(url);
  idle.on('error', () => undefined);
  await idle.connect();
  const ended = new Promise((resolve) => idle.once('end', resolve));
  await idle.query('begin');
  await ended;
}
