import { expect, test } from 'vitest';
import { namesIn } from '../../../src/dynamic/contracts/contract-size.ts';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { contractOf, field } from './contract-of.ts';

const verdictOn = (schema: JsonObject, body: string | null) =>
  checkBody(contractOf(schema), body === null ? null : Buffer.from(body), true);
const sent = (schema: JsonObject, body: string): string | null => {
  const verdict = verdictOn(schema, body);
  return verdict.kind === 'valid' && verdict.body !== null ? Buffer.from(verdict.body).toString() : null;
};

test.each([null, '', 'null'])('for the body %j the caller learns what is expected instead', (body) => {
  for (const [type, expected] of [
    ['array', 'a list'],
    ['object', 'an object'],
  ] as const) {
    expect(verdictOn({ type }, body)).toMatchObject({
      violations: [{ pointer: '', message: 'a JSON body is required', expected }],
    });
  }
});

test('a member that has a default is never missing', () => {
  const properties = { a: { default: 1 }, b: {} };
  expect(sent({ properties, required: ['a'] }, '{}')).toBe('{"a":1}');
  expect(sent({ properties, dependentRequired: { b: ['a'] } }, '{"b":2}')).toBe('{"a":1,"b":2}');
  expect(sent({ properties, minProperties: 2 }, '{"b":2}')).toBe('{"a":1,"b":2}');
  expect(sent({ properties, minProperties: 3 }, '{"b":2}')).toBeNull();
  expect(sent({ properties, dependentRequired: { a: ['b'] } }, '{"a":2}')).toBeNull();
});

test('a member that has a default is missing from objects further down', () => {
  const schema = { properties: { a: { default: 1 }, next: { $ref: '#' } }, required: ['a'] };
  expect(sent(schema, '{"next":{"a":1}}')).toBe('{"a":1,"next":{"a":1}}');
  expect(sent(schema, '{"next":{}}')).toBeNull();
});

test.each(['1e400', '-1e400', '"1e400"'])(
  '%s is not a number: most parsers read it as infinite',
  (number) => {
    expect(sent(field({ type: 'integer' }), `{"field":${number}}`)).toBeNull();
    expect(sent(field({ type: 'number' }), `{"field":${number}}`)).toBeNull();
    expect(sent(field({ enum: [null] }), `{"field":${number}}`)).toBeNull();
  },
);

test('members that a contract only requires are named where violations are counted', () => {
  const names = namesIn({
    required: ['a'],
    dependentRequired: { b: ['c'] },
    anyOf: [{ required: ['d'] }],
    default: { secret: 1 },
  });
  expect([...names].toSorted()).toEqual(['a', 'b', 'c', 'd']);
});
