import { describe, expect, test } from 'vitest';
import { parseTimeout } from '../../../src/schemas/columns/timeout.ts';
import { messages, outcome } from '../verdicts.ts';

describe('parseTimeout', () => {
  test.each([
    ['lookup', 30],
    ['check', 30],
    ['upsert', 30],
    ['update', 30],
    ['ingest', 60],
    ['get', 60],
    ['process', 60],
    ['infer', 90],
    ['backfill', 1800],
    ['anything-else', 60],
    ['INFER', 60],
    ['constructor', 60],
  ])('gives a row of the action %s that does not say %d s', (action, seconds) => {
    expect(outcome(parseTimeout(null, `/run/companies/gemini/infer/${action}`))).toBe(seconds);
  });

  test.each([
    [1, 1],
    [0.5, 0.5],
    [86_400, 86_400],
    ['90', 90],
    [' 90 ', 90],
    ['1.5', 1.5],
  ])('takes the row at its word: %j is %d s', (value, seconds) => {
    expect(outcome(parseTimeout(value, '/run/a/b/c/infer'))).toBe(seconds);
  });

  test.each([
    [0],
    [-1],
    [-0],
    [86_401],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ['0'],
    ['-5'],
    ['86401'],
    ['NaN'],
    ['Infinity'],
    ['60s'],
    ['1 minute'],
    ['1,5'],
    [''],
    ['  '],
    [true],
    [{}],
    [{ seconds: 60 }],
    [[60]],
    [undefined],
    [60n],
    [Symbol('60')],
  ])('refuses %o', (value) => {
    expect(outcome(parseTimeout(value, '/run/a/b/c/infer'))).toEqual(['timeout_invalid']);
  });

  test('names the value and what would be right', () => {
    expect(messages(parseTimeout('soon', ''))).toBe(
      'timeout_seconds must be a number of seconds above 0 and at most 86400, or null for the conventional timeout; it is "soon".',
    );
    expect(messages(parseTimeout(Number.NaN, ''))).toContain('it is NaN.');
    expect(messages(parseTimeout({}, ''))).toContain('it is not a number.');
  });

  test('does not throw for a value that JSON cannot carry', () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(outcome(parseTimeout(ring, ''))).toEqual(['timeout_invalid']);
  });
});
