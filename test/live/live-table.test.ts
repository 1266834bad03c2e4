import { afterEach, describe, expect, test } from 'vitest';
import type { SavedCopy } from '../../src/live/live-table.ts';
import { until } from '../helpers/until.ts';
import { closeTables, tableOf } from './table-of.ts';

const hourMs = 3_600_000;
afterEach(closeTables);

type TestTable = ReturnType<typeof tableOf>;

const away = new Error('The database is away.');
const savedAt = (confirmedAtMs: number): SavedCopy<string> => ({ content: 'saved', confirmedAtMs });

describe('a table that opens', () => {
  test('has read everything, and its age counts from then', async () => {
    const { open, memory, seen } = tableOf();
    const table = await open(savedAt(0));
    expect([memory.content, seen.reads]).toEqual(['version 1', ['all']]);
    expect(table.ageMs()).toBeLessThan(hourMs);
    expect(table.status()).toMatchObject({ versionServed: '1', versionInDatabase: '1', lastError: null });
  });

  test.each([
    [
      'is away',
      (database: TestTable['database']) => {
        database.fault = away;
      },
    ],
    [
      'does not respond',
      (database: TestTable['database']) => {
        database.responds = new Promise(() => undefined);
      },
    ],
  ])(
    'goes by the saved copy where the database %s, which is as old as when it was confirmed',
    async (_, harm) => {
      const { open, memory, database } = tableOf();
      harm(database);
      const table = await open(savedAt(Date.now() - hourMs));
      expect(memory.content).toBe('saved');
      expect(table.ageMs()).toBeGreaterThanOrEqual(hourMs - 1);
      expect(table.ageMs()).toBeLessThan(2 * hourMs);
    },
  );

  test('is not younger than now where the clock says that the copy is of the future', async () => {
    const { open, database } = tableOf();
    database.fault = away;
    expect((await open(savedAt(Date.now() + hourMs))).ageMs()).toBeGreaterThanOrEqual(0);
  });

  test('stays empty without a copy, and infinitely old', async () => {
    const { open, memory, seen, database } = tableOf();
    database.fault = away;
    const table = await open();
    expect([memory.content, table.ageMs(), seen.faults]).toEqual([null, Number.POSITIVE_INFINITY, [away]]);
  });

  test('leaves what the database brought while the copy was prepared', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { open, memory, database } = tableOf({
      prepareSaved: async (content) => {
        resolve();
        await until('it is read', () => memory.content !== null);
        return () => {
          memory.content = content;
        };
      },
    });
    database.responds = promise;
    await open(savedAt(0));
    expect(memory.content).toBe('version 1');
  });

  test('fails with what the user of the table throws, and closes what it opened', async () => {
    const { open, database, seen } = tableOf({
      assertUsable: (error) => {
        throw error;
      },
    });
    database.fault = away;
    await expect(open()).rejects.toBe(away);
    const reads = seen.reads.length;
    expect([reads, seen.listens]).toEqual([1, 0]);
  });

  test('fails with the reason of its signal, though the database does not respond', async () => {
    const stopping = new AbortController();
    const { open, database, seen } = tableOf({ signal: stopping.signal });
    database.responds = new Promise(() => undefined);
    const opening = open();
    await until('it reads', () => seen.reads.length === 1);
    stopping.abort(away);
    await expect(opening).rejects.toBe(away);
  });
});

describe('a table that is open', () => {
  test('reads the version when it polls, and what changed only where the version did', async () => {
    const { open, seen, database, memory } = tableOf({ pollMs: 1, listen: null });
    await open();
    await until('it polled twice', () => seen.reads.length > 3);
    // Besides, the content is compared now and then.
    expect(new Set(seen.reads.slice(1).filter((read) => read !== 'content'))).toEqual(new Set(['version']));
    // A comparison of the content, which reads everything, may find a change first.
    await until('a poll finds a change first', async () => {
      database.version += 1;
      await until('it is in memory', () => memory.content === `version ${database.version}`);
      return seen.reads.includes('changes');
    });
  });

  test('reads what changed at once on a notification that follows a version, and the version every second', async () => {
    const clock = { ms: 0 };
    const { open, notify, seen, database } = tableOf({ now: () => clock.ms });
    await open();
    for (const [ms, version] of [
      [5_000, 2],
      [5_500, 3],
      [6_500, 4],
    ] as const) {
      clock.ms = ms;
      database.version = version;
      notify();
      await until('it is in memory', () => seen.synced.length === version);
    }
    expect(seen.reads).toEqual(['all', 'version', 'changes', 'changes', 'version', 'changes']);
  });

  test('reads everything after a reconnect and after a failure, which it reports once', async () => {
    const { open, reconnect, notify, seen, database } = tableOf();
    const table = await open();
    reconnect();
    await until('it is read', () => seen.synced.length === 2);
    database.fault = away;
    for (const faults of [2, 3]) {
      notify();
      await until('it failed', () => seen.reads.length >= 1 + faults && table.status().lastError === away);
    }
    database.fault = null;
    notify();
    await until('it is in sync', () => table.status().outOfSyncSince === null);
    expect(seen.faults).toEqual([away]);
    expect(seen.reads.filter((what) => what === 'all').length).toBeGreaterThanOrEqual(3);
    expect(seen.synced.at(-1)).toEqual(expect.any(Number));
  });

  test('listens only once writers notify', async () => {
    const isNotified = { value: false };
    const { open, seen } = tableOf({ isNotified: () => isNotified.value, pollMs: 1 });
    const table = await open();
    expect([table.listenerState(), seen.listens]).toEqual(['off', 0]);
    isNotified.value = true;
    await until('it listens', () => table.listenerState() === 'listening');
    expect(seen.listens).toBe(1);
  });

  test('reads nothing more once it is closed', async () => {
    const { open, notify, seen } = tableOf({ pollMs: 1 });
    await (await open()).close();
    const { length } = seen.reads;
    notify();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen.reads).toHaveLength(length);
  });
});
