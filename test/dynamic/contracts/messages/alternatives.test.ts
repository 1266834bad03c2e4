import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/json-schema/json.ts';
import { field, violationsOf } from '../contract-of.ts';

/** As pydantic publishes Optional[…]. */
const optional = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });
const definitions: JsonObject = {
  Cat: {
    type: 'object',
    properties: { kind: { const: 'cat' }, weight: { type: 'string' } },
    required: ['kind', 'weight'],
  },
  Dog: {
    type: 'object',
    properties: { kind: { enum: ['dog'] }, weight: { type: 'number' } },
    required: ['kind', 'weight'],
  },
};
const named: JsonObject = {
  Named: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
};
const pet: JsonObject = {
  oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
  discriminator: { propertyName: 'kind' },
};
const items = (schema: JsonObject): JsonObject => ({ type: 'array', items: schema });

describe('of alternatives, the message reports', () => {
  test.each<[why: string, schema: JsonObject, value: JsonValue, message: string]>([
    ['the limit', { type: 'integer', minimum: 1 }, 0, 'must be 1 or more, or null (1 or more, or null)'],
    [
      'the limit, of text',
      { type: 'integer', minimum: 1 },
      '0',
      'must be 1 or more, or null (1 or more, or null)',
    ],
    [
      'that it is empty',
      { type: 'string', minLength: 1 },
      '',
      'must not be empty, or be null (text that is not empty, or null)',
    ],
    [
      'the pattern',
      { type: 'string', pattern: '^[a-z]+$' },
      'A',
      'must be text that matches the pattern "^[a-z]+$", or null (text that matches the pattern "^[a-z]+$", or null)',
    ],
    [
      'how many',
      { type: 'array', maxItems: 1 },
      [1, 2],
      'must be a list of at most 1 item, or null, but has 2 (a list of at most 1 item, or null)',
    ],
    [
      'the multiple',
      { type: 'number', multipleOf: 0.5 },
      0.3,
      'must be a multiple of 0.5, or null (a multiple of 0.5, or null)',
    ],
    [
      'the forms',
      { type: 'integer', minimum: 1 },
      'x',
      'must be a whole number or null, not text (a whole number or null)',
    ],
    [
      'the forms',
      { type: 'integer', minimum: 1 },
      1.5,
      'must be a whole number or null, not a number with a fraction (a whole number or null)',
    ],
    ['the forms', { type: 'string', minLength: 1 }, 5, 'must be text or null, not a number (text or null)'],
    ['the forms', { type: 'string', enum: ['a'] }, 5, 'must be "a" or null, not a number ("a" or null)'],
    [
      'the forms',
      { anyOf: [{ type: 'string' }, { type: 'array' }] },
      5,
      'must be text, a list or null, not a number (text, a list or null)',
    ],
  ])('%s: %j, null and %j', (_, schema, value, message) => {
    expect(violationsOf(field(optional(schema)), { field: value })).toEqual([`/field: field ${message}`]);
  });

  test.each<[why: string, schema: JsonObject, value: JsonValue, messages: readonly string[]]>([
    [
      'the limit of the one that has the type',
      {
        anyOf: [
          { type: 'integer', minimum: 10 },
          { type: 'string', minLength: 3 },
        ],
      },
      5,
      ['/field: field must be 10 or more (10 or more)'],
    ],
    [
      'the same of the other',
      {
        anyOf: [
          { type: 'integer', minimum: 10 },
          { type: 'string', minLength: 3 },
        ],
      },
      'x',
      ['/field: field must be text of at least 3 characters, but has 1 (text of at least 3 characters)'],
    ],
    [
      'what is deeper',
      optional(items({ type: 'string' })),
      ['a', 1],
      ['/field/1: field[1] must be text, not a number (text)'],
    ],
    [
      'what is missing deeper',
      optional({ $ref: '#/$defs/Dog' }),
      { kind: 'dog' },
      ['/field/weight: field.weight is required (a number)'],
    ],
    [
      'what the tagged one misses',
      pet,
      { kind: 'dog', weight: 'heavy' },
      ['/field/weight: field.weight must be a number, not text (a number)'],
    ],
    [
      'the same of an optional one',
      optional(pet),
      { kind: 'cat', weight: 5 },
      ['/field/weight: field.weight must be text, not a number (text)'],
    ],
    [
      'the tags, where none is given that is known',
      pet,
      { kind: 'fish', weight: '5' },
      ['/field/kind: field.kind must be "cat" or "dog" ("cat" or "dog")'],
    ],
    [
      'only what the meant one lacks, where alternatives share a definition',
      {
        anyOf: ['Cat', 'Dog'].map((name) => ({
          allOf: [{ $ref: `#/$defs/${name}` }, { $ref: '#/$defs/Named' }],
        })),
      },
      { kind: 'dog', weight: 5 },
      ['/field/name: field.name is required (text)'],
    ],
    [
      'besides what is wrong before them',
      { allOf: [{ multipleOf: 5 }], anyOf: [{ minimum: 10 }, { maximum: 1 }] },
      6,
      ['/field: field must be a multiple of 5 (a multiple of 5)'],
    ],
  ])('%s', (_, schema, value, messages) => {
    expect(violationsOf(field(schema, { ...definitions, ...named }), { field: value })).toEqual(messages);
  });
});

describe('what FastAPI’s lax mode reads is accepted', () => {
  test.each<[why: string, schema: JsonObject, value: JsonValue]>([
    ['by the variant of the tag', pet, { kind: 'dog', weight: '5' }],
    ['by an optional one', optional(pet), { kind: 'dog', weight: '5' }],
    [
      'by a list of tagged ones',
      items(pet),
      [
        { kind: 'dog', weight: '5' },
        { kind: 'cat', weight: '5' },
      ],
    ],
    [
      'by the list whose items all fit',
      { anyOf: [items({ type: 'string' }), items({ type: 'integer' })] },
      ['5', 6],
    ],
    [
      'by the list whose items can be read',
      { anyOf: [items({ type: 'boolean' }), items({ type: 'integer' })] },
      ['5', '6'],
    ],
    [
      'by the map whose members can be read',
      {
        anyOf: [{ additionalProperties: { type: 'boolean' } }, { additionalProperties: { type: 'integer' } }],
      },
      { a: '7' },
    ],
    [
      'by the one that it is not too small for',
      { anyOf: [{ type: 'integer', minimum: 10 }, { type: 'number' }] },
      '5',
    ],
    ['of members by pattern', { patternProperties: { '^a': { type: 'integer' } } }, { a1: '5' }],
    [
      'of members that are neither named nor of a pattern',
      { patternProperties: { '^a': {} }, additionalProperties: { type: 'integer' } },
      { b: '5' },
    ],
    ['of type and limit that stand apart', { type: 'integer', anyOf: [{ const: 5 }, { const: 7 }] }, '7'],
    [
      'of alternatives in alternatives',
      optional({ anyOf: [{ type: 'boolean' }, { type: 'integer' }] }),
      '12',
    ],
    [
      'behind a $dynamicRef',
      { $dynamicRef: '#whole', $defs: { a: { $dynamicAnchor: 'whole', type: 'integer' } } },
      '12',
    ],
  ])('%s', (_, schema, value) => {
    expect(violationsOf(field(schema, definitions), { field: value })).toEqual([]);
  });

  test('and nothing more: what no alternative can read is refused', () => {
    const lists = { anyOf: [items({ type: 'boolean' }), items({ type: 'integer' })] };
    expect(violationsOf(field(lists), { field: ['5', 'x'] })).not.toEqual([]);
    expect(
      violationsOf(field({ patternProperties: { '^a': { type: 'integer' } } }), { field: { a1: 'x' } }),
    ).toHaveLength(1);
  });
});
