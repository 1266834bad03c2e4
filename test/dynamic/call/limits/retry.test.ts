import { describe, expect, test } from 'vitest';
import type { CallFailure } from '../../../../src/dynamic/call/call-result.ts';
import { type RetryQuestion, retryWaitMs } from '../../../../src/dynamic/call/limits/retry.ts';

const failure: CallFailure = {
  kind: 'failure',
  problem: { code: 'function_unreachable', detail: '' },
  retry: 'safe',
  retryAfterMs: null,
  tripsBreaker: true,
};
const ask = (over: Partial<RetryQuestion>, rule: Partial<CallFailure> = {}) =>
  retryWaitMs({
    attempts: 1,
    idempotent: false,
    isRepeatable: true,
    leftMs: 30_000,
    random: 0,
    ...over,
    failure: { ...failure, ...rule },
  });

describe('a call is made again', () => {
  test('where user code cannot have run, at most twice', () => {
    expect([1, 2, 3, 4].map((attempts) => ask({ attempts }) !== null)).toEqual([true, true, false, false]);
  });

  test.each([
    ['safe', false, true],
    ['safe', true, true],
    ['idempotent', false, false],
    ['idempotent', true, true],
    ['never', false, false],
    ['never', true, false],
  ] as const)('after a %s failure of a row whose idempotent is %s: %s', (retry, idempotent, isRetried) => {
    expect(ask({ idempotent }, { retry }) !== null).toBe(isRetried);
  });

  test('not where its body was a stream, of which nothing is left', () => {
    expect(ask({ isRepeatable: false })).toBeNull();
  });

  test('after a pause between half and all of 250, then 750 ms', () => {
    expect(ask({ random: 0 })).toBe(125);
    expect(ask({ random: 0.999_999 })).toBeCloseTo(250, 2);
    expect(ask({ attempts: 2, random: 0 })).toBe(375);
    expect(ask({ attempts: 2, random: 0.999_999 })).toBeCloseTo(750, 2);
  });

  test('not before the platform wants it', () => {
    expect(ask({}, { retryAfterMs: 4_000 })).toBe(4_000);
    expect(ask({}, { retryAfterMs: 1 })).toBe(125);
  });

  test('not where the pause would outlast the deadline', () => {
    expect(ask({ leftMs: 125 })).toBeNull();
    expect(ask({ leftMs: 126 })).toBe(125);
    expect(ask({ leftMs: 3_999 }, { retryAfterMs: 4_000 })).toBeNull();
  });
});
