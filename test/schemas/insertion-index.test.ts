import { expect, test } from 'vitest';
import { insertionIndex } from '../../src/schemas/insertion-index.ts';

const sorted = [{ slug: 'B' }, { slug: 'a' }, { slug: 'a' }, { slug: 'c' }, { slug: 'é' }];

test.each([
  ['', 0],
  ['B', 0],
  ['a', 1],
  ['b', 3],
  ['c', 3],
  ['d', 4],
  ['é', 4],
  ['\uffff', 5],
])('%j belongs at index %d, before the items that are equal to it', (text, index) => {
  expect(insertionIndex(sorted, text, ({ slug }) => slug)).toBe(index);
});

test('the index in an empty list is 0', () => {
  expect(insertionIndex([], 'a', String)).toBe(0);
});
