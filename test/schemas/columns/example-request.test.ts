import { expect, test } from 'vitest';
import { tooDeep } from '../../../src/json-schema/json.ts';
import { parseExample } from '../../../src/schemas/columns/example-request.ts';

test.each([[null], [{ company_domain: 'example.com' }], ['text'], [['x'.repeat(60_000)]]])(
  'an example is taken as it is: %j',
  (example) => {
    expect(parseExample(example)).toMatchObject({ ok: true, value: example, warnings: [] });
  },
);

test('one that is nested too deep to show is left out', () => {
  expect(parseExample(tooDeep)).toMatchObject({ ok: true, value: null, warnings: [] });
});

test('one that is too large for the documentation is left out, and the row says so', () => {
  expect(parseExample({ text: 'x'.repeat(70_000) })).toMatchObject({
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
