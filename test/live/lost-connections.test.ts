import { afterEach, describe, expect, test } from 'vitest';
import { until, untilStill } from '../helpers/until.ts';
import { closeTables, tableOf } from './table-of.ts';

afterEach(closeTables);

const away = new Error('The database is away.');

describe('a lost connection', () => {
  const opening = async () => {
    const lost: (() => void)[] = [];
    const table = tableOf({ onConnectionLost: (listener) => lost.push(listener) });
    const live = await table.open();
    const reads = () => table.seen.reads.length;
    return { ...table, live, reads, lose: () => lost.forEach((tell) => tell()) };
  };

  test('leads to a check, since the next one may be to another server', async () => {
    const { lose, reads, seen } = await opening();
    const before = reads();
    lose();
    await until('it is read again', () => reads() > before);
    expect(seen.reads.at(-1)).toBe('all');
  });

  test('does not lead to one check after the other, where each check loses its connection', async () => {
    const { lose, reads, database, live, reconnect } = await opening();
    // As in a pool: the connection is lost first, and then the statement fails.
    database.beforeReply = () => {
      if (reads() < 1_000) lose();
    };
    database.fault = away;
    const before = reads();
    lose();
    await until('it is out of sync', () => live.status().outOfSyncSince !== null);
    await untilStill('nothing more is read', reads);
    expect(reads() - before).toBeLessThan(5);
    database.fault = null;
    reconnect();
    await until('it is in sync', () => live.status().outOfSyncSince === null);
  });
});
