import { describe, expect, test } from 'vitest';
import { parseContract } from '../../src/schemas/contract.ts';
import { longestTestedText, patternRegExp } from '../../src/json-schema/pattern.ts';
import { messages, outcome } from '../schemas/verdicts.ts';
import { cpuMsOf } from '../helpers/cpu-time.ts';

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

describe('a schema that would take exponential time is rejected', () => {
  test.each([
    ['doubling allOf', doubling(20, 'allOf'), 'unfolds to more than'],
    ['doubling anyOf', doubling(40, 'anyOf'), 'unfolds to more than'],
    ['a circle', { $ref: '#' }, 'in a circle'],
    [
      'a circle of two',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'circle',
    ],
    ['a circle through allOf', { type: 'object', allOf: [{ $ref: '#' }] }, 'in a circle'],
    ['two ways back to one member', pair('next', 'next'), 'applies twice to the same part of the data'],
    ['a thousand schemas', { anyOf: Array.from({ length: 1_001 }, () => ({})) }, 'more than 1000 schemas'],
    ['repetition in repetition', { pattern: '^(a+)+$' }, 'exponential time'],
    ['repeated alternatives', { pattern: '^(a|a)*$' }, 'exponential time'],
    ['repeated alternatives, deeper', { pattern: '^((a|ab)c?){2,}$' }, 'exponential time'],
    ['many optional parts', { pattern: `^${'a?'.repeat(26)}${'a'.repeat(26)}$` }, 'exponential time'],
    ['a pattern of member names', { patternProperties: { '(x+x+)+y': {} } }, 'exponential time'],
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
    [{ properties: { a: { type: 'string', pattern: '(' } } }],
    [{ $ref: '#/required', required: ['a'] }],
    [{ $ref: '#/x-own', 'x-own': { type: 'strnig' } }],
    [{ $ref: '#/x-own', 'x-own': { pattern: '(' } }],
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

test.each([
  ['^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$', '@.'],
  ['a*b', 'a'],
  ['^a*a*a*b', 'a'],
  ['(?:x|y)z*$', 'xz'],
  ['\\s+$', ' '],
])('%s takes less than a second on the longest text that it is tested on', (pattern, filler) => {
  const longest = longestTestedText(pattern) ?? 0;
  expect(longest).toBeGreaterThanOrEqual(16);
  const text = `${filler.repeat(Math.ceil(longest / filler.length)).slice(0, longest - 1)}\n`;
  expect(cpuMsOf(() => patternRegExp(pattern)?.test(text))).toBeLessThan(1_000);
});

test.each([
  ['a long number', '1234567890123456789'],
  ['one in a list', '[{"id":9007199254740993}]'],
  ['a number that is infinite to JavaScript', '1e400'],
])('a default that would be sent rounded, %s, makes the contract invalid', (_, written) => {
  const properties = JSON.parse(`{"id":{"default":${written}}}`);
  for (const schema of [{ properties }, { $ref: '#/$defs/a', $defs: { a: { properties } } }]) {
    const result = parse(schema);
    expect(outcome(result)).toEqual(['schema_invalid']);
    expect(messages(result)).toContain('a default for "id" with a whole number beyond 2^53');
  }
});

test('a default that is sent as it is written is accepted', () => {
  const properties = JSON.parse(
    '{"id":{"default":9007199254740991},"ratio":{"default":0.1},"text":{"default":"1234567890123456789"}}',
  );
  expect(messages(parse({ properties }))).toBe('');
});
