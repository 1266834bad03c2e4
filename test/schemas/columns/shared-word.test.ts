import { expect, test } from 'vitest';
import { sharedWord } from '../../../src/schemas/columns/shared-word.ts';

test('gives every text as it is, however many there are', () => {
  const texts = Array.from({ length: 5_000 }, (_, index) => `word-${index % 3_000}`);
  expect(texts.map(sharedWord)).toEqual(texts);
});
