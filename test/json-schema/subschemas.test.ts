import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json-schema/json.ts';
import { mapSchemasOf, subschemasOf } from '../../src/json-schema/subschemas.ts';

const a: JsonObject = { title: 'a' };
const b: JsonObject = { title: 'b' };

describe('the schemas directly within a schema', () => {
  test.each<[schema: JsonObject, found: ReturnType<typeof subschemasOf>]>([
    [{ not: a }, [{ schema: a, place: '' }]],
    [{ items: a }, [{ schema: a, place: '/[]' }]],
    [
      { anyOf: [a, true, b] },
      [
        { schema: a, place: '' },
        { schema: b, place: '' },
      ],
    ],
    [{ prefixItems: [true, a] }, [{ schema: a, place: '/1' }]],
    [
      { properties: { x: a, constructor: b } },
      [
        { schema: a, place: '/x' },
        { schema: b, place: '/constructor' },
      ],
    ],
    [{ patternProperties: { '^x': a } }, [{ schema: a, place: '/*' }]],
    [
      { $defs: { x: a }, definitions: { y: b } },
      [
        { schema: a, place: null },
        { schema: b, place: null },
      ],
    ],
    [{ dependencies: { x: a, y: ['z'] } }, [{ schema: a, place: '' }]],
    [{ enum: [a], const: a, default: a, examples: [a], contentSchema: a, 'x-own': a, $ref: '#' }, []],
  ])('%j', (schema, found) => {
    expect(subschemasOf(schema)).toEqual(found);
  });
});

describe('the value of a keyword with its schemas changed', () => {
  test('receives the key of each, and keeps the shape', () => {
    expect(mapSchemasOf(a, 'one', (_, key) => ({ key }))).toEqual({ key: null });
    expect(mapSchemasOf([a, true], 'list', (_, key) => ({ key }))).toEqual([{ key: '0' }, { key: '1' }]);
    expect(mapSchemasOf({ x: a }, 'map', (_, key) => ({ key }))).toEqual({ x: { key: 'x' } });
  });

  test('is the value itself where none changes', () => {
    for (const [value, shape] of [
      [a, 'one'],
      [[a, b], 'list'],
      [{ x: a }, 'map'],
    ] as const) {
      expect(mapSchemasOf(value, shape, (schema) => schema)).toBe(value);
    }
  });

  test('is undefined where it has another shape', () => {
    expect(mapSchemasOf({}, 'list', (schema) => schema)).toBeUndefined();
    expect(mapSchemasOf([], 'map', (schema) => schema)).toBeUndefined();
  });
});
