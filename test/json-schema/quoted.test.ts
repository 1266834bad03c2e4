import { expect, test } from 'vitest';
import { quoted } from '../../src/json-schema/quoted.ts';

test('a short text is shown in quotes as it is', () => {
  expect(quoted('größe')).toBe('"größe"');
});

test('a long text is cut after 120 characters', () => {
  expect(quoted('x'.repeat(1000))).toBe(`"${'x'.repeat(120)}…"`);
});

test.each([
  ['https://user:hunter2@a.modal.run', '"https://…@a.modal.run"'],
  ['https://user:hun@ter2@a.modal.run/x', '"https://…@a.modal.run/x"'],
  [`https://user:${'hunter2'.repeat(100)}@a.modal.run`, '"https://…@a.modal.run"'],
])('the credentials in %s are never shown', (text, shown) => {
  expect(quoted(text)).toBe(shown);
});

test('an @ in a path does not mark credentials', () => {
  expect(quoted('https://a.modal.run/@me')).toBe('"https://a.modal.run/@me"');
});

test('what a log line, a terminal or a table cell would obey is escaped', () => {
  const hostile = '"\n\r\t\u0000\u001b[2J\u007f\u009b\u2028\u2029\u202e\u2066\ud800';
  expect(quoted(hostile)).toBe(
    '"\\"\\n\\r\\t\\u0000\\u001b[2J\\u007f\\u009b\\u2028\\u2029\\u202e\\u2066\\ud800"',
  );
});
