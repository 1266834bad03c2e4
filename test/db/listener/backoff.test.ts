import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/db/listener/backoff.ts';

const backoff = { baseMs: 100, maxMs: 10_000 };
const most = (attempt: number) => backoffMs(attempt, backoff, () => 1);

describe('backoff', () => {
  test('doubles with each failed attempt', () => {
    expect([0, 1, 2, 3].map(most)).toEqual([100, 200, 400, 800]);
  });

  test('never exceeds the cap, however many attempts failed', () => {
    expect([6, 7, 31, 1_000, 1e9].map(most)).toEqual([6_400, 10_000, 10_000, 10_000, 10_000]);
  });

  test('spreads evenly from zero to the bound: full jitter', () => {
    expect([0, 0.25, 0.5].map((drawn) => backoffMs(3, backoff, () => drawn))).toEqual([0, 200, 400]);
  });

  test('is zero without a base, not NaN', () => {
    expect(backoffMs(5_000, { baseMs: 0, maxMs: 10_000 }, () => 0.5)).toBe(0);
  });
});
