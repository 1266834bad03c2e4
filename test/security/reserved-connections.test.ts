import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { reservedConnections } from '../../src/db/pool.ts';
import { openDatabases } from '../../src/open-databases.ts';
import { createTestDatabase } from '../helpers/database.ts';
import { until } from '../helpers/until.ts';

test.each([
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
  [1_000, 2],
])('of a pool of %i connections, %i are reserved', (max, reserved) => {
  expect(reservedConnections(max)).toBe(reserved);
});

test('by default, three connections of five may all be blocked, and two go on with what must not wait', async () => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase();
  opened.defer(database.drop);
  const config = loadConfig({ DATABASE_URL: database.url, DATABASE_LISTEN_URL: 'off' });
  const { own, reserved, registry } = await openDatabases({
    config,
    observe: () => undefined,
    home: '/nonexistent',
    signal: undefined,
    opened,
  });
  expect([config.databasePoolMax, registry]).toEqual([5, reserved]);
  const locker = new pg.Client(database.url);
  await locker.connect();
  await locker.query('begin; select pg_advisory_xact_lock(1)');
  const slow = Array.from({ length: 20 }, () => sql`select pg_advisory_xact_lock_shared(1)`.execute(own));
  const waiting = async (): Promise<number> => {
    const rows = await database.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length;
  };
  await until('all that may wait do', async () => (await waiting()) === 3);

  const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`;
  const pids = await reserved.transaction().execute(async (first) => {
    const one = await pid.execute(first);
    const two = await pid.execute(reserved);
    return [one.rows[0]?.pid, two.rows[0]?.pid];
  });
  expect(new Set(pids).size).toBe(2);
  const [{ count } = {}] = await database.query(
    "select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'rowgate'",
  );
  expect([await waiting(), count]).toEqual([3, 5]);

  await locker.query('rollback');
  await locker.end();
  expect(await Promise.all(slow)).toHaveLength(20);
});
