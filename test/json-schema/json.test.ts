import { expect, test } from 'vitest';
import { isJsonObject } from '../../src/json-schema/json.ts';

test.each([[{}], [{ a: null }], [Object.create(null)], [JSON.parse('{"__proto__": 1}')]])(
  'isJsonObject holds for the plain object %o',
  (value) => {
    expect(isJsonObject(value)).toBe(true);
  },
);

test.each([[null], [undefined], [[]], [new Date(0)], [new Map()], ['{}'], [1], [() => ({})]])(
  'isJsonObject does not hold for %o',
  (value) => {
    expect(isJsonObject(value)).toBe(false);
  },
);
