import { describe, expect, test } from 'vitest';
import { parseContract } from '../../src/schemas/columns/contract.ts';
import { messages, outcome } from '../schemas/verdicts.ts';

const parse = (value: unknown) => parseContract(value, 'request_schema');

/** `$defs` in which each refers to the next one twice. */
function doubling(levels: number, keyword: 'allOf' | 'anyOf') {
  const defs = Array.from({ length: levels }, (_, level) => [
    `l${level}`,
    { [keyword]: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }] },
  ]);
  return { $ref: '#/$defs/l0', $defs: { ...Object.fromEntries(defs), [`l${levels}`]: { type: 'string' } } };
}

const pair = (left: string, right: string) => ({
  $ref: '#/$defs/node',
  $defs: {
    node: {
      anyOf: [
        { type: 'null' },
        { properties: { [left]: { $ref: '#/$defs/node' } } },
        { properties: { [right]: { $ref: '#/$defs/node' } } },
      ],
    },
  },
});

/** Models with a tag, each of which has a list of all of them, as pydantic publishes a union with a discriminator. */
function taggedUnion(models: number) {
  const $defs = Object.fromEntries(
    Array.from({ length: models }, (_, index) => [
      `m${index}`,
      {
        type: 'object',
        properties: {
          args: {
            type: 'array',
            items: { oneOf: Array.from({ length: models }, (__, other) => ({ $ref: `#/$defs/m${other}` })) },
          },
          op: { const: `op${index}` },
        },
      },
    ]),
  );
  return { $ref: '#/$defs/m0', $defs };
}

describe('a schema that would take exponential time is rejected', () => {
  test.each([
    ['doubling allOf', doubling(20, 'allOf'), 'unfolds to more than'],
    ['doubling anyOf', doubling(40, 'anyOf'), 'unfolds to more than'],
    ['a circle', { $ref: '#' }, 'has a circular reference'],
    [
      'a circle of two',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'circular reference',
    ],
    ['a circle through allOf', { type: 'object', allOf: [{ $ref: '#' }] }, 'has a circular reference'],
    ['two ways back to one member', pair('next', 'next'), 'applies twice to the same part of the data'],
    [
      'two ways back to one list',
      { allOf: [{ items: { $ref: '#' } }, { items: { $ref: '#' } }] },
      'applies twice to the same part of the data',
    ],
    [
      'two ways back to one member of a tagged model',
      {
        properties: { kind: { const: 'a' } },
        anyOf: [{ properties: { next: { $ref: '#' } } }, { properties: { next: { $ref: '#' } } }],
      },
      'applies twice to the same part of the data',
    ],
    [
      'a circle of tagged models',
      {
        $ref: '#/$defs/a',
        $defs: { a: { properties: { kind: { const: 'a' } }, allOf: [{ $ref: '#/$defs/a' }] } },
      },
      'circular reference',
    ],
    ['a thousand schemas', { anyOf: Array.from({ length: 1_001 }, () => ({})) }, 'more than 1000 schemas'],
  ])('%s', (_, schema, why) => {
    const result = parse(schema);
    expect(outcome(result)).toEqual(['schema_dangerous']);
    expect(messages(result)).toContain(why);
  });
});

describe('a schema that leads nowhere is invalid', () => {
  test.each([
    [{ $ref: '#/$defs/missing' }],
    [{ properties: { a: { $ref: '#nowhere' } } }],
    [{ properties: { a: { $id: 'a', $ref: '#/$defs/b' } }, $defs: { b: {} } }],
    [{ properties: { a: { $dynamicRef: '#nowhere' } } }],
    [{ properties: { a: { $id: 'a', $dynamicAnchor: 'b', items: { $dynamicRef: '#b' } } } }],
    [{ $ref: '#/required', required: ['a'] }],
    [{ $ref: '#/x-own', 'x-own': { type: 'strnig' } }],
    [{ properties: { a: { $id: 'https://a.example/x' }, b: { $id: 'https://a.example/x' } } }],
    [{ properties: { a: { $anchor: 'x' }, b: { $anchor: 'x', type: 'string' } } }],
    [{ properties: { a: { $anchor: 'x' }, b: { $dynamicAnchor: 'x' } } }],
  ])('%j', (schema) => {
    expect(outcome(parse(schema))).toEqual(['schema_invalid']);
  });
});

describe('a schema that only looks dangerous is accepted', () => {
  test.each([
    ['a tree', pair('left', 'right')],
    [
      'a list of itself',
      { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } },
    ],
    [
      'a list or an object of itself',
      { anyOf: [{ items: { $ref: '#' } }, { additionalProperties: { $ref: '#' } }, { type: 'string' }] },
    ],
    ['a tagged union of models that contain it', taggedUnion(4)],
    ['a tagged union of many models that contain it', taggedUnion(25)],
    ['patterns in data', { default: { pattern: '(a+)+' }, enum: [{ pattern: '(a+)+' }] }],
    ['a member called pattern', { properties: { pattern: { type: 'string' }, $ref: { type: 'string' } } }],
    [
      'a schema with an $id of its own',
      { properties: { a: { $id: 'a', $ref: '#/$defs/b', $defs: { b: {} } } } },
    ],
    ['an anchor', { $ref: '#it', $defs: { a: { $anchor: 'it', type: 'string' } } }],
    ['a pointer with escapes', { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': {} } }],
    ['few levels that double', doubling(8, 'allOf')],
    ['an e-mail address', { pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' }],
    ['repetition in repetition', { pattern: '^(a+)+$' }],
    ['a web address', { pattern: '^https?://[^/]+/' }],
    ['a date', { pattern: '^\\d{4}-\\d{2}-\\d{2}$' }],
    ['alternatives', { pattern: '^(?:lookup|ingest|infer)$' }],
    [
      'references in data',
      {
        default: { $ref: 'x:y' },
        enum: [{ $ref: 'x:y' }],
        const: { $ref: 'x:y' },
        examples: [{ $dynamicRef: 'x:y' }],
      },
    ],
    [
      'names in data',
      {
        enum: [
          { $id: 'a', $anchor: 'x' },
          { $id: 'a', $anchor: 'x', b: 1 },
        ],
      },
    ],
    [
      'one anchor in two schemas with an $id',
      { properties: { a: { $id: 'a', $anchor: 'x' }, b: { $id: 'b', $anchor: 'x' } } },
    ],
  ])('%s', (_, schema) => {
    expect(messages(parse(schema))).toBe('');
  });
});
