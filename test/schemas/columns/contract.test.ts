import { describe, expect, test } from 'vitest';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import { messages, nested, outcome } from '../verdicts.ts';

const parse = (value: unknown) => parseContract(value, 'request_schema');
const dialect = 'https://json-schema.org/draft/2020-12/schema';

describe('parseContract', () => {
  test('takes a row without a contract', () => {
    expect(outcome(parse(null))).toBeNull();
  });

  test.each([
    [{}],
    [{ type: 'object', properties: { domain: { type: 'string' } }, required: ['domain'] }],
    [{ type: ['string', 'null'], format: 'no-such-format', 'x-own': { anything: [1] } }],
    [{ $schema: dialect }],
    [{ $schema: `${dialect}#` }],
    [
      {
        $ref: '#/$defs/a',
        $defs: { a: { type: 'string' }, b: { items: { $dynamicRef: '#a' }, $dynamicAnchor: 'a' } },
      },
    ],
    [{ properties: { $ref: { type: 'string' } } }],
    [{ properties: JSON.parse('{"__proto__": {"type": "string"}, "constructor": {}}') }],
  ])('takes %j as it is', (schema) => {
    expect(outcome(parse(schema))).toBe(schema);
  });

  test.each([
    ['text', 'schema'],
    ['a number', 5],
    ['true', true],
    ['an array', [{}]],
    ['undefined', undefined],
    ['a Date', new Date(0)],
    ['an unknown type', { type: 'strnig' }],
    ['a fault deep within', { properties: { a: { items: { minLength: -1 } } } }],
    ['required as text', { required: 'domain' }],
    ['a reference that is no text', { $ref: 5 }],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }],
    ['a dialect that is no text', { $schema: 7 }],
    ['a dialect of null', { $schema: null }],
  ])('refuses %s', (_, value) => {
    const result = parse(value);
    expect(outcome(result)).toEqual(['schema_invalid']);
    expect(messages(result)).toMatch(/^request_schema .+\.$/);
  });

  test('says where a schema is wrong', () => {
    const schema = { properties: { age: { type: 'nubmer' } } };
    expect(messages(parse(schema))).toContain('at /properties/age/type, must be equal to one of');
  });

  test.each([
    [{ $ref: 'https://example.com/schema.json' }],
    [{ $ref: 'other.json#/a' }],
    [{ $ref: '//evil.example/x' }],
    [{ $ref: '' }],
    [{ $dynamicRef: 'https://example.com/x#a' }],
    [{ anyOf: [{ type: 'string' }, { items: { $ref: 'file:///etc/passwd' } }] }],
  ])('refuses %j: it refers to something outside itself', (schema) => {
    expect(outcome(parse(schema))).toEqual(['schema_dangerous']);
  });

  test('takes 64 levels and refuses the 65th', () => {
    expect(parse(nested(64)).ok).toBe(true);
    expect(outcome(parse(nested(65)))).toEqual(['schema_dangerous']);
  });

  test.each(['not', 'items', 'x'])('survives 100,000 levels of %j', (key) => {
    const result = parse(nested(100_000, key));
    expect(outcome(result)).toEqual(['schema_dangerous']);
    expect(messages(result)).toContain('nested more than 64 levels deep');
  });

  test('survives a value that contains itself', () => {
    const ring: { not?: unknown } = {};
    ring.not = ring;
    expect(outcome(parse(ring))).toEqual(['schema_dangerous']);
  });

  test.each(['minimum', 'const', 'default'])(
    'refuses a number that is infinite once read, in %s',
    (keyword) => {
      expect(messages(parse(JSON.parse(`{"properties": {"a": {"${keyword}": 1e400}}}`)))).toBe(
        'request_schema contains a number that is too large for JSON.',
      );
    },
  );

  test('survives a number that JSON cannot carry', () => {
    expect(outcome(parse({ maximum: 5n }))).toEqual(['schema_dangerous']);
  });

  test('takes 256 KiB and refuses more, counted in bytes', () => {
    const around = JSON.stringify({ title: '' }).length;
    const limit = 256 * 1024;
    expect(parse({ title: 'x'.repeat(limit - around) }).ok).toBe(true);
    expect(outcome(parse({ title: 'x'.repeat(limit - around + 1) }))).toEqual(['schema_dangerous']);
    expect(outcome(parse({ title: '会'.repeat(limit / 3) }))).toEqual(['schema_dangerous']);
  });

  test('judges each schema by itself, also after a bad one and with the same $id', () => {
    const schema = { $id: 'https://example.com/a', type: 'object' };
    expect(parse(schema).ok).toBe(true);
    expect(parse({ ...schema, type: 'nope' }).ok).toBe(false);
    expect(parse({ ...schema, title: 'again' }).ok).toBe(true);
  });
});
