import { expect, test } from 'vitest';
import { parsed, reasonCodes, refused, warningCodes } from '../../src/schemas/verdict.ts';

test('a refusal carries one reason with its column, and no value', () => {
  expect(refused('slug_missing', null, 'No slug.')).toEqual({
    ok: false,
    reasons: [{ code: 'slug_missing', column: null, message: 'No slug.' }],
  });
  expect(parsed(null)).toEqual({ ok: true, value: null });
});

test('codes are snake_case and none is both a reason and a warning', () => {
  const codes = [...reasonCodes, ...warningCodes];
  expect(codes.filter((code) => !/^[a-z]+(?:_[a-z]+)*$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});
