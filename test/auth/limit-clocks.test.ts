import { describe, expect, test } from 'vitest';
import { createDatabaseClock } from '../../src/auth/database-clock.ts';
import { newKey } from '../../src/auth/key-format.ts';
import { createKeyLimits } from '../../src/auth/key-limits.ts';
import type { Caller } from '../../src/auth/key-ring.ts';
import type { ApiKeyRecord } from '../../src/schemas/api-key.ts';
import { keyRecord } from './records.ts';

const november = Date.parse('2026-11-01T00:00:00Z');
const december = Date.parse('2026-12-01T00:00:00Z');

function callerWith(over: Partial<ApiKeyRecord>): Caller {
  const record = keyRecord(newKey(), over);
  return { keyId: record.id, name: record.name, scopes: record.scopes, grants: () => true, limits: record };
}

describe("the database's clock", () => {
  test("goes by this machine's until the database has been asked, then by the database's", () => {
    const clock = createDatabaseClock(november, 1_000);
    expect(clock.timeAt(3_000)).toBe(november + 2_000);
    clock.set(december, 5_000);
    expect(clock.timeAt(6_000)).toBe(december + 1_000);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -9e15, 9e15])('is not set to %d', (databaseMs) => {
    const clock = createDatabaseClock(november, 0);
    clock.set(databaseMs, 0);
    expect(clock.timeAt(1)).toBe(november + 1);
  });
});

describe('a rate', () => {
  test("is refilled by the monotonic clock, wherever the database's time goes", () => {
    const limits = createKeyLimits();
    const caller = callerWith({ requests_per_second: 1 });
    expect(limits.take(caller, 0, december)).toBeNull();
    expect(limits.take(caller, 0, december)).toMatchObject({ kind: 'rate' });
    expect(limits.take(caller, 1_000, december - 3_600_000)).toBeNull();
  });

  test('that a key is given later does not count what it used without one', () => {
    const limits = createKeyLimits();
    for (let n = 0; n < 1_000; n += 1) limits.take(callerWith({}), 0, november);
    const limited = callerWith({ requests_per_second: 10 });
    expect(limits.take(limited, 100, november)).toBeNull();
  });
});

describe('a quota at the end of a month', () => {
  const caller = callerWith({ monthly_quota: 2 });
  const spent = () => {
    const limits = createKeyLimits();
    for (const expected of [null, null, { kind: 'quota' }]) {
      const taken = limits.take(caller, 0, december - 1);
      if (expected === null) expect(taken).toBeNull();
      else expect(taken).toMatchObject(expected);
    }
    limits.takeUnsettled();
    return limits;
  };

  test('begins again, though the database still settled the month before', () => {
    const limits = spent();
    expect(limits.take(caller, 1, december)).toBeNull();
    limits.takeUnsettled();
    limits.settle([{ keyId: 'id', tokens: 0, used: 900, monthStartsAtMs: november }], 2);
    expect(limits.take(caller, 3, december + 2)).toBeNull();
    limits.settle([{ keyId: 'id', tokens: 0, used: 2, monthStartsAtMs: december }], 4);
    expect(limits.take(caller, 5, december + 4)).toMatchObject({ kind: 'quota' });
  });

  test('does not begin again where the clock crosses the end of the month and is set back, and forward', () => {
    const limits = spent();
    const settled = (used: number, monthStartsAtMs: number) =>
      limits.settle([{ keyId: caller.keyId, tokens: 0, used, monthStartsAtMs }], 2);
    expect(limits.take(caller, 1, december)).toBeNull();
    limits.takeUnsettled();
    settled(2, december);
    for (let round = 0; round < 3; round += 1) {
      expect(limits.take(caller, 3, december - 1)).toMatchObject({ kind: 'quota' });
      settled(2, november);
      expect(limits.take(caller, 4, december)).toMatchObject({ kind: 'quota' });
    }
  });

  test('has the count of a month that was settled while this process was in another', () => {
    const limits = spent();
    limits.take(caller, 1, december);
    limits.takeUnsettled();
    limits.settle([{ keyId: caller.keyId, tokens: 0, used: 1, monthStartsAtMs: november }], 2);
    expect(limits.take(caller, 3, december - 1)).toBeNull();
  });

  test('begins again where this process was a month ahead and was corrected', () => {
    const limits = createKeyLimits();
    expect(limits.take(caller, 0, december)).toBeNull();
    limits.takeUnsettled();
    expect(limits.take(caller, 1, november)).toBeNull();
    limits.takeUnsettled();
    limits.settle([{ keyId: 'id', tokens: 0, used: 2, monthStartsAtMs: november }], 2);
    expect(limits.take(caller, 3, november + 1)).toMatchObject({ kind: 'quota' });
    expect(limits.take(caller, 4, december)).toBeNull();
  });

  test('asks again for the balance of a key that it refuses, and waits at least a second', () => {
    const limits = spent();
    expect(limits.take(caller, 0, december - 1)).toMatchObject({ kind: 'quota', retryAfterSeconds: 1 });
    expect(limits.takeUnsettled()).toEqual([{ keyId: 'id', requests: 0 }]);
    limits.settle([{ keyId: 'id', tokens: 0, used: 0, monthStartsAtMs: november }], 0);
    expect(limits.take(caller, 0, december - 1)).toBeNull();
  });
});
