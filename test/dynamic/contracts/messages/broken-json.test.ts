import { expect, test } from 'vitest';
import { checkBody } from '../../../../src/dynamic/contracts/request-check.ts';
import { contractOf } from '../contract-of.ts';

function detailOf(body: string): string {
  const verdict = checkBody(contractOf({}), Buffer.from(body));
  return verdict.kind === 'good' ? '' : verdict.problem.detail.replace(/; the function has not .*$/, '');
}

const quote = 'a quote within text needs a backslash before it (\\")';
test.each([
  ['{"name":"Foo "Bar" Inc"}', `line 1, column 15: the text ended before this; ${quote}`],
  ['{"name":"the " sign"}', `line 1, column 16: the text ended before this; ${quote}`],
  ['{"na"me":1}', `line 1, column 6: a colon is missing here; ${quote}`],
  ['"a "b" c"', `line 1, column 5: the text ended before this; ${quote}`],
  ['{"a":1}}', 'line 1, column 8: the JSON ended before this, and nothing may follow'],
  ['{"a":1 "b":2}', 'line 1, column 8: a comma or a closing bracket is missing here'],
  ['{"a":"x" "b":2}', 'line 1, column 10: a comma or a closing bracket is missing here'],
  ['{"a" 1}', `line 1, column 6: a colon is missing here; ${quote}`],
  ['{"a"}', 'line 1, column 5: a colon is missing here'],
  ['{"a":1,}', 'line 1, column 8: there is a comma before it that must go'],
  ['[1, ]', 'line 1, column 5: there is a comma before it that must go'],
  ['{name:1}', 'line 1, column 2: a name in double quotes is missing here'],
  [
    '{"a":Foo}',
    'line 1, column 6: a value is missing here, or it is none that JSON knows (text must be in double quotes)',
  ],
  ['{"a":\'x\'}', 'line 1, column 6: text must be in double quotes'],
  ['{"a":"x', 'line 1, column 6: the text that begins here has no closing quote'],
  ['{\n  "a": [1', 'line 2, column 10: it ends before it is complete'],
  ['{"a":"😀x\ny"}', 'line 1, column 9: a line break within text must be written as \\n'],
  [
    '{"a":"x\ty"}',
    'line 1, column 8: a tab or another control character within text must be written as \\t or \\u0009',
  ],
  ['{"a":"C:\\dir"}', 'line 1, column 9: a backslash within text must be written twice'],
  ['"\\u12"', 'line 1, column 3: after \\u there must be four digits of 0 to 9 and a to f'],
])('of %j the caller is told what is wrong, and where', (body, words) => {
  expect(detailOf(body)).toBe(`The body is not JSON at ${words}`);
});

test.each([
  ['brackets without end', '['.repeat(200_000), 'it opens thousands of brackets within each other'],
  ['a large text', `[${'1,'.repeat(600_000)}`, 'it is too large for the place to be told'],
])('of %s the caller is told why no place is', (_, body, words) => {
  expect(detailOf(body)).toContain(`The body is not JSON: ${words}`);
});
