import { describe, expect, test } from 'vitest';
import { driftIn } from '../../../src/dynamic/contracts/response-check.ts';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import { BudgetExceeded } from '../../../src/dynamic/contracts/evaluation/evaluation-budget.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { contractOf, field } from './contract-of.ts';

const repeated = (count: number, one: (index: number) => JsonValue) =>
  Array.from({ length: count }, (_, index) => one(index));
const bytes = (value: JsonValue) => Buffer.from(JSON.stringify(value));
const check = (schema: JsonObject, body: JsonValue) => checkBody(contractOf(schema), bytes(body), false);

/** A list whose items are matched against many alternatives. */
const union = (alternatives: number): JsonObject => ({
  type: 'array',
  items: { anyOf: repeated(alternatives, (maxLength) => ({ type: 'string', maxLength })) },
});

/** Alternatives in alternatives, by reference, 60 deep: evaluating each twice would take 2⁶⁰ evaluations. */
function chain(keyword: 'anyOf' | 'oneOf'): JsonObject {
  const levels = repeated(60, (level) => ({
    type: 'integer',
    [keyword]: [{ $ref: `#/$defs/d${level + 1}` }],
  }));
  const definitions = Object.fromEntries(
    [...levels, { type: 'integer' }].map((each, level) => [`d${level}`, each]),
  );
  return field({ $ref: '#/$defs/d0' }, definitions);
}

/** Two models that contain each other, told apart by a tag that is published last. */
const recursiveUnion: JsonObject = {
  $ref: '#/$defs/and',
  $defs: Object.fromEntries(
    ['and', 'or'].map((op) => [
      op,
      {
        type: 'object',
        properties: {
          args: {
            type: 'array',
            items: { anyOf: [{ $ref: '#/$defs/and' }, { $ref: '#/$defs/or' }, { type: 'integer' }] },
          },
          op: { const: op },
        },
        required: ['args', 'op'],
      },
    ]),
  ),
};
const filter = (levels: number, leaf: JsonValue, op = 'and'): JsonValue =>
  levels === 0 ? leaf : { op, args: [filter(levels - 1, leaf, op === 'and' ? 'or' : 'and')] };

describe('a body that would block the event loop or fill the memory', () => {
  test('is read once at each level by the models of a recursive union, whether exactly or laxly', () => {
    const evaluate = (body: JsonValue) => contractOf(recursiveUnion).laxViolationsIn(body, 0);
    expect(evaluate(filter(60, 1))).toEqual([]);
    expect(evaluate(filter(60, '1'))).toEqual([]);
    expect(evaluate(filter(3, 'x'))).toMatchObject([{ pointer: '/args/0/args/0/args/0' }]);
  });

  test('is validated, where each item is one of 150 models with a tag', () => {
    const models = repeated(150, (kind) => ({
      type: 'object',
      properties: { value: { type: 'integer' }, kind: { const: kind } },
      required: ['kind', 'value'],
    }));
    const list = { type: 'array', items: { anyOf: models } };
    expect(
      check(
        list,
        repeated(3_000, (index) => ({ kind: index % 150, value: '1' })),
      ).kind,
    ).toBe('valid');
  });

  test.each(['anyOf', 'oneOf'] as const)('is read once by each of 60 nested %s', (keyword) => {
    expect(check(chain(keyword), { field: '5' }).kind).toBe('valid');
    expect(check(chain(keyword), { field: 'x' })).toMatchObject({
      violations: [{ message: 'field must be a whole number, not text' }],
    });
  });

  test.each([
    [10, 'must be text'],
    [200, 'the body is too complex to validate'],
    [900, 'the body is too complex to validate'],
  ])('of 32,000 items against %i alternatives has one violation, or 100 at most', (alternatives, message) => {
    const verdict = check(
      union(alternatives),
      repeated(32_000, () => 1),
    );
    if (verdict.kind === 'valid') throw new Error('The body was accepted.');
    expect(verdict.violations.length).toBeLessThanOrEqual(100);
    expect(verdict.violations[0]?.message).toContain(message);
  });

  test('is reported by its first violation where it is a response', () => {
    const chunk = bytes(repeated(120_000, () => 1));
    expect(driftIn(contractOf(union(900)), chunk)).toMatchObject([{ pointer: '/0', expected: 'text' }]);
    expect(driftIn(contractOf(union(2)), chunk)).toHaveLength(100);
  });

  const nested = (levels: number, wrap: (value: JsonValue) => JsonValue, innermost: JsonValue = {}) =>
    Array.from({ length: levels }).reduce<JsonValue>((value) => wrap(value), innermost);
  test.each<[why: string, schema: JsonObject, value: JsonValue]>([
    [
      'that its contract reaches by two ways of different length',
      { properties: { a: { allOf: [{ $ref: '#' }, { properties: { a: { $ref: '#' } } }] } } },
      nested(60, (a) => ({ a })),
    ],
    [
      'that its contract reaches by name and by pattern',
      { properties: { next: { $ref: '#' } }, patternProperties: { '^n': { $ref: '#' } } },
      nested(60, (next) => ({ next })),
    ],
    [
      'of which each level is compared as a whole',
      // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so
      { if: { uniqueItems: true }, then: { items: { $ref: '#' } } },
      nested(
        2_000,
        (item) => [item],
        repeated(10_000, (index) => index),
      ),
    ],
    [
      'of which each level is looked up as a whole',
      { anyOf: [{ enum: [[1], [2]] }, { items: { $ref: '#' } }] },
      nested(
        2_000,
        (item) => [item],
        repeated(10_000, (index) => index),
      ),
    ],
    [
      'of many members against many patterns',
      {
        patternProperties: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`^x${index}`, {}])),
      },
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`y${index}`, 1])),
    ],
  ])('%s is not evaluated to the end', (_, schema, value) => {
    const { violationsIn } = contractOf(schema);
    expect(() => violationsIn(value, bytes(value).byteLength)).toThrow(BudgetExceeded);
  });

  test('that is a list of many items without the one that it must contain is evaluated in one pass', () => {
    const schema = { contains: { $ref: '#/$defs/a' }, $defs: { a: { type: 'string' } } };
    expect(
      check(
        schema,
        repeated(300_000, () => 1),
      ),
    ).toMatchObject({
      violations: [{ pointer: '', message: 'the body must be a list that contains a different value' }],
    });
  });
});

test('a large and ordinary body is validated to the end', () => {
  const person = {
    name: 'A',
    age: 5,
    tags: ['a', 1],
  };
  const properties = {
    name: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    age: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] },
    tags: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] } },
    ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`p${index}`, { type: 'string' }])),
  };
  const schema = { items: { $ref: '#/$defs/Person' }, $defs: { Person: { type: 'object', properties } } };
  const people = repeated(200_000, () => person);
  expect(check(schema, people).kind).toBe('valid');
  expect(check(schema, [...people, { age: [] }])).toMatchObject({
    violations: [
      { pointer: '/200000/age', message: '[200000].age must be text, a whole number or null, not a list' },
    ],
  });
});
