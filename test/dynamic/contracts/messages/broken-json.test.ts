import { expect, test } from 'vitest';
import { checkBody } from '../../../../src/dynamic/contracts/request-check.ts';
import { contractOf } from '../contract-of.ts';

function detailOf(body: string): string {
  const verdict = checkBody(contractOf({}), Buffer.from(body), false);
  return verdict.kind === 'valid' ? '' : verdict.problem.detail.replace(/; the function has not .*$/, '');
}

const quote = 'a quote within text needs a backslash before it (\\")';
test.each([
  ['{"name":"Foo "Bar" Inc"}', `line 1, column 15: the text ends before this; ${quote}`],
  ['{"name":"the " sign"}', `line 1, column 16: the text ends before this; ${quote}`],
  ['{"na"me":1}', `line 1, column 6: a colon is expected here; ${quote}`],
  ['"a "b" c"', `line 1, column 5: the text ends before this; ${quote}`],
  ['{"a":1}}', 'line 1, column 8: the JSON ends before this, and nothing may follow it'],
  ['{"a":1 "b":2}', 'line 1, column 8: a comma or a closing bracket is expected here'],
  ['{"a":"x" "b":2}', 'line 1, column 10: a comma or a closing bracket is expected here'],
  ['{"a" 1}', `line 1, column 6: a colon is expected here; ${quote}`],
  ['{"a"}', 'line 1, column 5: a colon is expected here'],
  ['{"a":1,}', 'line 1, column 8: there is an extra comma before this'],
  ['[1, ]', 'line 1, column 5: there is an extra comma before this'],
  ['{name:1}', 'line 1, column 2: a name in double quotes is expected here'],
  [
    '{"a":Foo}',
    'line 1, column 6: a value is missing here or is not a JSON value (text must be in double quotes)',
  ],
  ['{"a":\'x\'}', 'line 1, column 6: text must be in double quotes'],
  ['{"a":"x', 'line 1, column 6: the text that begins here has no closing quote'],
  ['{\n  "a": [1', 'line 2, column 10: it ends before it is complete'],
  ['{"a":"😀x\ny"}', 'line 1, column 9: a line break within text must be written as \\n'],
  [
    '{"a":"x\ty"}',
    'line 1, column 8: a tab or other control character within text must be written as \\t or \\u0009',
  ],
  ['{"a":"C:\\dir"}', 'line 1, column 9: a backslash within text must be doubled'],
  ['"\\u12"', 'line 1, column 3: \\u must be followed by four hexadecimal digits (0 to 9, a to f)'],
])('for %j the caller learns what is wrong, and where', (body, message) => {
  expect(detailOf(body)).toBe(`The body is not valid JSON at ${message}`);
});

test.each([['brackets without end', '['.repeat(200_000), 'it nests more than 1,000 brackets']])(
  'for %s the caller learns why there is no position',
  (_, body, message) => {
    expect(detailOf(body)).toContain(`The body is not valid JSON: ${message}`);
  },
);
