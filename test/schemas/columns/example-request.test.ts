import { expect, test } from 'vitest';
import { tooDeep } from '../../../src/json-schema/json.ts';
import { parseExample } from '../../../src/schemas/columns/example-request.ts';

test.each([
  ['null', null],
  ['an object', { company_domain: 'example.com' }],
  ['text', 'text'],
  ['a long list', [Array.from({ length: 60_000 }, () => 'x').join('')]],
])('%s is taken as it is', (_, example) => {
  expect(parseExample(example)).toEqual({ ok: true, value: example });
});

test('one that is nested too deep to show is left out', () => {
  expect(parseExample(tooDeep)).toEqual({ ok: true, value: null });
});

test('one that is too large for the documentation is left out, and the row says so', () => {
  expect(parseExample({ text: 'x'.repeat(70_000) })).toEqual({
    ok: true,
    value: null,
    warnings: [
      {
        code: 'column_value_unknown',
        column: 'example_request',
        message: 'example_request has more than 64 KiB. It is not shown.',
      },
    ],
  });
});
