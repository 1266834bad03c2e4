import { describe, expect, test } from 'vitest';
import { parseMaxConcurrency } from '../../../src/schemas/columns/max-concurrency.ts';
import { messages, outcome } from '../verdicts.ts';

describe('parseMaxConcurrency', () => {
  test.each([
    [null, null],
    [1, 1],
    [100_000, 100_000],
    ['8', 8],
    [' 8 ', 8],
  ])('takes %j for %j', (value, limit) => {
    expect(outcome(parseMaxConcurrency(value))).toBe(limit);
  });

  test.each([
    [0],
    [-1],
    [1.5],
    [100_001],
    [''],
    ['many'],
    ['1e3'],
    ['0x10'],
    [true],
    [[]],
    [{}],
    [Number.NaN],
  ])('rejects a row that says %j, and says what may stand there', (value) => {
    expect(outcome(parseMaxConcurrency(value))).toEqual(['max_concurrency_invalid']);
    expect(messages(parseMaxConcurrency(value))).toMatch(
      /^max_concurrency must be a whole number from 1 to 100000, or null for no limit; it is .+\.$/,
    );
  });
});
