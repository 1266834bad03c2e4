import { expect, test } from 'vitest';
import { durationText } from '../../src/auth/duration-text.ts';

test.each([
  [1, '1 second'],
  [119, '119 seconds'],
  [120, '2 minutes'],
  [121, '3 minutes'],
  [7_200, '2 hours'],
  [172_799, '48 hours'],
  [197_065, '3 days'],
])('%d seconds read %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
