import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/json-schema/json.ts';
import { checkBody } from '../../../../src/dynamic/contracts/request-check.ts';
import { contractOf, violationsOf } from '../contract-of.ts';

function problemOf(body: string | Uint8Array, schema: JsonObject = {}) {
  const verdict = checkBody(contractOf(schema), Buffer.from(body), false);
  if (verdict.kind === 'valid') throw new Error('The body was accepted.');
  return verdict.problem;
}

test.each<[body: string | Uint8Array, why: string]>([
  ['a=x&b=y', 'it is a form (name=value)'],
  ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--', 'it is a multipart form'],
  ['<html></html>', 'it is HTML or XML'],
  ['{“a”: “x”}', 'typographic (curly) quotes'],
  ['{"a": “x”}', 'typographic (curly) quotes'],
  ['{"a":"x" /* y */}', 'there is a comment'],
  ['{"a":1, // y\n"b":2}', 'there is a comment'],
  ['{"a":1 # y\n}', 'there is a comment'],
  ["{'a': 'x'}", 'names must be in double quotes'],
  ['{"a": None}', 'None is Python; write null'],
  ['{"a": [True]}', 'True is Python; write true'],
  ['{"a": NaN}', 'JSON has no NaN; write null'],
  ['{"a": -Infinity}', 'JSON has no -Infinity; write null'],
  ['{"a": undefined}', 'JSON has no undefined'],
  ['{"a": {{Company Name}}}', 'a placeholder ({{…}}) that was not filled in'],
  ['{"a": , "b": 1}', 'the value is missing here'],
  ['{"a":\u00a0 1}', 'an invisible character (U+00A0)'],
  ['\ufeff\ufeff{}', 'an invisible character (U+FEFF)'],
  ['{"a": +1}', 'a number must not have a plus sign'],
  ['{"a": .5}', 'a number needs a digit before the decimal point'],
  ['{"a": 007}', 'a number must not begin with 0'],
  ['  \n ', 'it contains only white space'],
  [Buffer.from('{"a":"x"}', 'utf16le'), 'it is UTF-16 text; send UTF-8'],
  [Buffer.from('\ufeff{"a":"x"}', 'utf16le'), 'it is UTF-16 text; send UTF-8'],
  [Buffer.from('{"a":"ü"}', 'latin1'), 'it is not UTF-8 text (it may be Latin-1'],
  [Buffer.from([0x1f, 0x8b, 8, 0]), 'it is compressed (gzip)'],
])('for %j the caller learns what it is instead of JSON', (body, why) => {
  const { code, detail } = problemOf(body);
  expect([code, detail]).toEqual(['invalid_json', expect.stringContaining(why)]);
});

describe('what the body reads at the error', () => {
  test('is shown on one line, cut at both ends', () => {
    const { detail, extra } = problemOf(
      `{"a": "${'x'.repeat(100)}",\n\t"b": None, "c": "${'y'.repeat(100)}"}`,
    );
    expect(extra).toMatchObject({ place: { line: 2, column: 7 } });
    expect(extra?.['excerpt']).toBe(`…${'x'.repeat(11)}", "b": None, "c": "${'y'.repeat(18)}…`);
    expect(detail).toContain(`Excerpt: ${String(extra?.['excerpt'])}`);
  });

  test('has no control characters and no keys', () => {
    const key = `rowgate_${'k'.repeat(43)}`;
    const { extra } = problemOf(`{"a": \u001b\u202e${key}}`);
    expect(extra?.['excerpt']).toBe('{"a": \\u001b\\u202e…}');
  });
});

describe('JSON within text', () => {
  test.each([
    [JSON.stringify('{"a":"x"}'), 'The body must be an object, but is JSON within text'],
    ['{"a":"[1]"}', 'a must be a list, but is JSON within text'],
  ])('is named in place of an object or a list: %s', (body, message) => {
    const schema = { type: 'object', properties: { a: { type: 'array' } } };
    expect(problemOf(body, schema).detail).toContain(message);
  });

  test('is not named where any other text was sent', () => {
    expect(violationsOf({ type: 'object' }, 'x')).toEqual([
      ': the body must be an object, not text (an object)',
    ]);
  });
});

describe('the name of a member', () => {
  const properties = { company_name: { type: 'string' }, domain: { type: 'string' } };
  const schema = { type: 'object', properties, required: ['company_name'], additionalProperties: false };

  test.each(['companyName', 'Company Name', 'company-name', 'comapny_name'])(
    'that is like a missing one is pointed out: %s',
    (name) => {
      expect(
        violationsOf(schema, Object.fromEntries([[name, 'x']])).map((each) => each.replace(/^.*?: /, '')),
      ).toEqual([
        `company_name is required; did you send it as "${name}"? (text)`,
        expect.stringContaining('is not a known field; did you mean "company_name"? (nothing)'),
      ]);
    },
  );

  test('that is like none is not', () => {
    expect(violationsOf(schema, { zip: 'x' })).toEqual([
      '/company_name: company_name is required (text)',
      '/zip: zip is not a known field (nothing)',
    ]);
  });

  test('that is as long as a body is shortened', () => {
    const name = 'n'.repeat(1_000_000);
    const { errors } = problemOf(JSON.stringify(Object.fromEntries([[name, 'x']])), schema);
    expect(JSON.stringify(errors).length).toBeLessThan(2_000);
  });
});
