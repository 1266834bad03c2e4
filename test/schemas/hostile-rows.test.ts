import { expect, test } from 'vitest';
import { labelMismatch } from '../../src/modal/label.ts';
import { parseRow } from '../../src/schemas/parse-row.ts';
import { emptyRow } from '../../src/schemas/registry-row.ts';
import { nested } from './verdicts.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch };
const good = {
  workflow_slug: 'echo',
  modal_function_name: 'echo',
  modal_endpoint_url: 'https://demodata--app-echo.modal.run',
  api_endpoint_url: '/run/companies/demo/echo/infer',
};
const ring: { self?: unknown } = {};
ring.self = ring;

const weirdValues: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  'x'.repeat(1_000_000),
  '/'.repeat(10_000),
  `/run/${'a/'.repeat(10_000)}`,
  `https://${'a.'.repeat(10_000)}modal.run`,
  `https://${'@'.repeat(10_000)}`,
  'https://[::1]',
  'https://%',
  'POST ',
  'null',
  'true',
  '__proto__',
  'constructor',
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n ** 30n,
  true,
  false,
  [],
  [[]],
  {},
  { $ref: '' },
  { $schema: 'urn:none' },
  { $schema: 1 },
  { type: ring },
  { pattern: '(' },
  { required: [1] },
  { maximum: 1n },
  { toString: 1, valueOf: 1, toJSON: 1 },
  JSON.parse('{"__proto__": {"type": 1}}'),
  Object.create(null),
  nested(100_000),
  ring,
  new Date(Number.NaN),
  new Date(8.64e15),
  new Map(),
  Buffer.from('x'),
  /x/,
  Symbol('x'),
  () => 1,
];

test.each(Object.keys(emptyRow))(
  'whatever %s holds, the row gets a verdict with short plain sentences',
  (column) => {
    for (const value of weirdValues) {
      const verdict = parseRow({ ...good, [column]: value }, rules);
      const reasons = verdict.status === 'rejected' ? verdict.reasons : [];
      expect(verdict.status === 'rejected').toBe(reasons.length > 0);
      for (const { message } of [...reasons, ...verdict.warnings]) {
        expect(message).toMatch(/^[^\p{Cc}]{1,1000}\.$/u);
      }
    }
  },
);

test('a weird value in place of a row is rejected, not thrown at', () => {
  for (const value of weirdValues) {
    expect(['rejected', 'not_exposed']).toContain(parseRow(value, rules).status);
  }
});

test('a row with the same weird value in every column gets a verdict', () => {
  for (const value of weirdValues) {
    const row = Object.fromEntries(Object.keys(emptyRow).map((column) => [column, value]));
    expect(parseRow(row, rules).status).toMatch(/^(?:rejected|inactive|not_exposed)$/);
  }
});
