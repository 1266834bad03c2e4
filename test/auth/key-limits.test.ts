import { describe, expect, test } from 'vitest';
import { newKey } from '../../src/auth/key-format.ts';
import { createKeyLimits, type KeyLimits } from '../../src/auth/key-limits.ts';
import type { Caller } from '../../src/auth/key-ring.ts';
import type { ApiKeyRecord } from '../../src/schemas/api-key.ts';
import { keyRecord } from './records.ts';

const start = Date.parse('2026-11-23T12:00:00Z');
const november = Date.parse('2026-11-01T00:00:00Z');

function callerWith(over: Partial<ApiKeyRecord>): Caller {
  const record = keyRecord(newKey(), over);
  return { keyId: record.id, name: record.name, scopes: record.scopes, grants: () => true, limits: record };
}

/** How many of 1,000 requests at one moment are let through. */
function admitted(limits: KeyLimits, caller: Caller, nowMs: number): number {
  let count = 0;
  while (count < 1_000 && limits.take(caller, nowMs, nowMs) === null) count += 1;
  return count;
}

describe('a rate', () => {
  test('lets a burst through at once, then so many a second, and says when to come again', () => {
    const limits = createKeyLimits();
    const caller = callerWith({ requests_per_second: 10, burst: 25 });
    expect(admitted(limits, caller, start)).toBe(25);
    expect(limits.take(caller, start, start)).toEqual({
      kind: 'rate',
      quota: 10,
      windowSeconds: 1,
      retryAfterSeconds: 1,
    });
    expect(admitted(limits, caller, start + 500)).toBe(5);
    expect(admitted(limits, caller, start + 100_000)).toBe(25);
  });

  test('has a burst of its own size where none is given', () => {
    expect(admitted(createKeyLimits(), callerWith({ requests_per_second: 7 }), start)).toBe(7);
  });

  test('counts what other replicas let through', () => {
    const limits = createKeyLimits();
    const caller = callerWith({ requests_per_second: 10 });
    expect(limits.take(caller, start, start)).toBeNull();
    expect(limits.takeUnsettled()).toEqual([{ keyId: 'id', requests: 1 }]);
    limits.settle([{ keyId: 'id', tokens: -20, used: 31, monthStartsAtMs: november }], start);
    expect(limits.take(caller, start, start)).toMatchObject({ kind: 'rate', retryAfterSeconds: 3 });
    expect(admitted(limits, caller, start + 3_000)).toBe(10);
  });
});

describe('a quota', () => {
  test('ends with the month (UTC), and says when', () => {
    const limits = createKeyLimits();
    const caller = callerWith({ monthly_quota: 3 });
    expect(admitted(limits, caller, start)).toBe(3);
    expect(limits.take(caller, start, start)).toEqual({
      kind: 'quota',
      quota: 3,
      windowSeconds: 30 * 86_400,
      retryAfterSeconds: 7 * 86_400 + 12 * 3_600,
    });
    limits.takeUnsettled();
    expect(admitted(limits, caller, Date.parse('2026-12-01T00:00:00Z'))).toBe(3);
  });

  test('is shared: what all replicas used counts', () => {
    const limits = createKeyLimits();
    const caller = callerWith({ monthly_quota: 100 });
    expect(limits.take(caller, start, start)).toBeNull();
    limits.takeUnsettled();
    limits.settle([{ keyId: 'id', tokens: 0, used: 98, monthStartsAtMs: november }], start);
    expect(admitted(limits, caller, start)).toBe(2);
  });
});

test('what is being settled counts here, and is taken once', () => {
  const limits = createKeyLimits();
  const caller = callerWith({ monthly_quota: 5 });
  expect([1, 2, 3].map(() => limits.take(caller, start, start))).toEqual([null, null, null]);
  expect(limits.takeUnsettled()).toEqual([{ keyId: 'id', requests: 3 }]);
  expect(limits.takeUnsettled()).toEqual([]);
  expect(admitted(limits, caller, start)).toBe(2);
});

test('a key without limits is counted, and never kept waiting', () => {
  const limits = createKeyLimits();
  expect(admitted(limits, callerWith({}), start)).toBe(1_000);
  expect(limits.takeUnsettled()).toEqual([{ keyId: 'id', requests: 1_000 }]);
});
