import { describe, expect, test } from 'vitest';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { cpuMsOf } from '../../helpers/cpu-time.ts';

const check = (schema: JsonObject, value: JsonValue): readonly string[] =>
  createContract(schema)
    .violationsIn(value, 1)
    .map(({ pointer, message }) => `${pointer} ${message}`);

type Case = readonly [schema: JsonObject, good: readonly JsonValue[], bad: readonly JsonValue[]];

/** Every keyword of JSON Schema 2020-12 that asserts something, less `format`, which is an annotation there. */
const keywords: Readonly<Record<string, Case>> = {
  'type string': [{ type: 'string' }, ['', 'a'], [1, null, {}, []]],
  'type integer': [{ type: 'integer' }, [1, -0, 1e3, 1.0], [1.5, '1', null]],
  'type number': [{ type: 'number' }, [1, 1.5], ['1', null]],
  'type boolean': [{ type: 'boolean' }, [true, false], [0, 1, 'true', null]],
  'type null': [{ type: 'null' }, [null], [0, '', false, {}]],
  'type object': [{ type: 'object' }, [{}], [[], null, 'a']],
  'type array': [{ type: 'array' }, [[]], [{}, null, 'a']],
  'type list': [{ type: ['string', 'null'] }, ['a', null], [1, {}]],
  enum: [
    { enum: ['a', 1, null, { a: 1, b: 2 }, [1]] },
    ['a', 1, null, { b: 2, a: 1 }, [1]],
    ['b', '1', {}, [2]],
  ],
  const: [{ const: { a: [1] } }, [{ a: [1] }], [{ a: [2] }, null]],
  multipleOf: [{ multipleOf: 0.01 }, [19.99, 0, 'x'], [0.005]],
  'multipleOf of which there are very many': [{ multipleOf: 0.123456789 }, [0], [1e308]],
  'multipleOf of which there are very many, exactly': [{ multipleOf: 0.5 }, [1e308], [0.3]],
  minimum: [{ minimum: 1 }, [1, 2, 'x'], [0.9]],
  maximum: [{ maximum: 1 }, [1, 0, 'x'], [1.1]],
  exclusiveMinimum: [{ exclusiveMinimum: 1 }, [1.1], [1]],
  exclusiveMaximum: [{ exclusiveMaximum: 1 }, [0.9], [1]],
  minLength: [{ minLength: 2 }, ['ab', '😀😀', 5], ['a', '😀']],
  maxLength: [{ maxLength: 2 }, ['ab', '😀😀', 5], ['abc']],
  pattern: [{ pattern: '^a\\-b$' }, ['a-b', 5], ['ab']],
  items: [{ items: { type: 'string' } }, [[], ['a'], {}], [['a', 1]]],
  prefixItems: [{ prefixItems: [{ type: 'string' }], items: false }, [[], ['a']], [[1], ['a', 'b']]],
  contains: [{ contains: { const: 1 } }, [[2, 1], 'x'], [[], [2]]],
  minContains: [{ contains: { const: 1 }, minContains: 2 }, [[1, 1]], [[1]]],
  maxContains: [{ contains: { const: 1 }, maxContains: 1 }, [[1]], [[1, 1]]],
  minItems: [{ minItems: 1 }, [[1], 'x'], [[]]],
  maxItems: [{ maxItems: 1 }, [[1], []], [[1, 2]]],
  'uniqueItems within not': [
    { not: { uniqueItems: true } },
    [
      [1, 1],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
    [
      [1, '1', true, null],
      [{ a: 1 }, { a: 2 }],
    ],
  ],
  'uniqueItems, which pydantic does not refuse by': [
    { uniqueItems: true, maxItems: 1 },
    [
      [1, 1],
      [1, 2],
    ],
    [],
  ],
  'uniqueItems false': [{ uniqueItems: false }, [[1, 1]], []],
  properties: [{ properties: { a: { type: 'string' } } }, [{ a: 'x' }, { b: 1 }, []], [{ a: 1 }]],
  patternProperties: [
    { patternProperties: { '^x_': { type: 'string' } } },
    [{ x_a: 'a', y: 1 }],
    [{ x_a: 1 }],
  ],
  additionalProperties: [{ properties: { a: {} }, additionalProperties: false }, [{ a: 1 }], [{ b: 1 }]],
  propertyNames: [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }], [{ ab: 1 }]],
  required: [{ required: ['constructor'] }, [{ constructor: 1 }, []], [{}]],
  minProperties: [{ minProperties: 1 }, [{ a: 1 }], [{}]],
  maxProperties: [{ maxProperties: 1 }, [{ a: 1 }], [{ a: 1, b: 2 }]],
  dependentRequired: [{ dependentRequired: { a: ['b'] } }, [{ b: 1 }, { a: 1, b: 1 }], [{ a: 1 }]],
  dependentSchemas: [{ dependentSchemas: { a: { required: ['b'] } } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
  allOf: [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
  anyOf: [{ anyOf: [{ type: 'string' }, { minimum: 2 }] }, ['a', 2], [1]],
  'oneOf, as anyOf': [{ oneOf: [{ minimum: 2 }, { maximum: 1 }, { minimum: 3 }] }, [0, 3], [1.5]],
  'oneOf within not': [{ not: { oneOf: [{ minimum: 1 }, { maximum: 2 }] } }, [1, 2], [0, 3]],
  not: [{ not: { type: 'string' } }, [1], ['a']],
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so
  if: [{ if: { minimum: 5 }, then: { multipleOf: 5 }, else: { const: 1 } }, [5, 10, 1], [6, 2]],
  unevaluatedProperties: [
    { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
    [{ a: 1 }],
    [{ a: 1, b: 1 }],
  ],
  unevaluatedItems: [{ prefixItems: [{}], unevaluatedItems: false }, [[1]], [[1, 2]]],
  'unevaluatedItems after a choice of items': [
    { anyOf: [{ items: { type: 'string' } }, {}], unevaluatedItems: { type: 'boolean' } },
    [['a', 'b'], [true]],
    [['a', 1]],
  ],
  $ref: [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, ['a'], [1]],
  'recursive $ref': [
    { properties: { next: { $ref: '#' }, n: { type: 'integer' } } },
    [{ next: { next: { n: 1 } } }],
    [{ next: { next: { n: 'x' } } }],
  ],
  $dynamicRef: [
    { items: { $dynamicRef: '#a' }, $defs: { x: { $dynamicAnchor: 'a', type: 'string' } } },
    [['a']],
    [[1], [['a']]],
  ],
  $anchor: [{ $ref: '#a', $defs: { x: { $anchor: 'a', type: 'string' } } }, ['a'], [1]],
  $id: [{ $id: 'https://a.example/x', $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, ['a'], [1]],
  $schema: [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' }, ['a'], [1]],
  'boolean schemas': [{ properties: { a: true, b: false } }, [{ a: 1 }], [{ b: 1 }]],
  format: [{ type: 'string', format: 'date-time' }, ['tomorrow'], [1]],
};

describe('a contract enforces its keywords', () => {
  test.each(Object.entries(keywords))('%s', (_, [schema, good, bad]) => {
    for (const value of good) expect(check(schema, value), JSON.stringify(value)).toEqual([]);
    for (const value of bad) expect(check(schema, value), JSON.stringify(value)).not.toEqual([]);
  });
});

describe('the messages for people', () => {
  const within = (schema: JsonObject, value: JsonValue) =>
    check({ type: 'object', properties: { field: schema } }, { field: value });

  test.each<[JsonObject, JsonValue, string]>([
    [{ type: 'array' }, 'x', 'field must be a list, not text'],
    [{ enum: ['a', 'b', 'c'] }, 'x', 'field must be one of "a", "b" or "c"'],
    [
      { enum: Array.from({ length: 20 }, (_, index) => index) },
      'x',
      'field must be one of 0, 1, 2, 3, 4, 5, 6, 7 and 12 more, not text',
    ],
    [{ const: 'v1' }, 'x', 'field must be "v1"'],
    [{ minimum: 1 }, 0, 'field must be 1 or more'],
    [{ exclusiveMaximum: 1 }, 1, 'field must be less than 1'],
    [{ type: 'integer' }, 1.5, 'field must be a whole number, not a number with a fraction'],
    [{ type: ['string', 'null'] }, true, 'field must be text or null, not a boolean'],
    [{ type: 'boolean' }, { a: 1 }, 'field must be true or false, not an object'],
    [{ type: 'string' }, 1.5, 'field must be text, not a number'],
    [{ minLength: 1 }, '', 'field must not be empty'],
    [{ minLength: 3 }, '😀😀', 'field must be text of at least 3 characters, but has 2'],
    [{ minProperties: 2 }, { a: 1 }, 'field must be an object with at least 2 fields, but has 1'],
    [{ maxLength: 3 }, 'abcd', 'field must be text of at most 3 characters, but has 4'],
    [{ maxItems: 1 }, [1, 2], 'field must be a list of at most 1 item, but has 2'],
    [{ additionalProperties: false }, { a: 1 }, 'field.a is not a known field'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'field.b is required when "a" is given'],
    [
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      [],
      'field must be text or a whole number, not a list',
    ],
    [{ items: { required: ['a~/b'] } }, [{}], 'field[0].a~/b is required'],
    [{ not: {} }, 1, 'field does not match the contract'],
  ])('%j', (schema, value, message) => {
    expect(within(schema, value).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([message]);
  });

  test('never contain what was sent', () => {
    const secret = 'hunter2';
    for (const [schema] of Object.values(keywords)) {
      expect(JSON.stringify(check(schema, secret)), JSON.stringify(schema)).not.toContain(secret);
    }
  });
});

test('a body of many items against a long list of members is validated in linear time', () => {
  const members = Array.from({ length: 5_000 }, (_, index) => `member-${index}`);
  const contract = createContract({ items: { enum: members }, not: { uniqueItems: true } });
  const value = Array.from({ length: 200_000 }, (_, index) => `member-${index % 5_000}`);
  const cpuMs = cpuMsOf(() => expect(contract.violationsIn(value, 3_000_000)).toEqual([]));
  expect(cpuMs).toBeLessThan(10_000);
});
