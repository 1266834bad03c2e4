import { describe, expect, test } from 'vitest';
import { medianOf } from '../../../scripts/bench/statistics.ts';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('medianOf', () => {
  test('of an even count is the middle of the two in the middle', () => {
    expect(medianOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  test('does not depend on the order', () => {
    expect(medianOf([9, 1, 5])).toEqual({ median: 5, low: 1, high: 9 });
  });

  // Ranks of the 95 % interval of a median by the binomial distribution, from tables: Conover, "Practical Nonparametric Statistics".
  test.each([
    [5, 1, 5],
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
  ])('of %i values has the interval from rank %i to rank %i', (count, low, high) => {
    expect(medianOf(upTo(count))).toMatchObject({ low, high });
  });
});
