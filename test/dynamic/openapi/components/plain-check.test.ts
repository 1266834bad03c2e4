import { expect, test } from 'vitest';
import { isPlain } from '../../../../src/dynamic/openapi/components/plain-check.ts';
import { modelsOf } from '../../../../src/dynamic/openapi/components/models.ts';
import { isJsonObject, type JsonObject } from '../../../../src/json-schema/json.ts';
import { hostileRows } from '../../../api/hostile-rows.ts';
import { demoRows } from '../../../helpers/rows.ts';

/** One schema for each way in which one can be plain or not. */
const odd: readonly JsonObject[] = [
  {},
  { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
  { type: 'array', prefixItems: [{ type: 'string' }], items: false },
  { type: ['string', 'null'], enum: ['a', null], default: null },
  { type: 'string', enum: ['a', null] },
  { type: 'integer', const: 1.5 },
  { type: 'string', properties: { a: {} } },
  { type: 'object', items: {} },
  { $defs: { 'a.b-c_1': { type: 'string' } } },
  { $defs: { 'a b': { type: 'string' } } },
  { $defs: { a: { nullable: true } } },
  { patternProperties: { '^ b': { not: {} } } },
  { properties: { a: true } },
  { properties: [] },
  { not: false },
  { unevaluatedItems: true, additionalProperties: { items: true } },
  { anyOf: [{ type: 'string' }, true] },
  { allOf: {} },
  { examples: [{ $ref: '#/a' }] },
  { default: { $ref: { type: 'string' } } },
  { type: 'array' },
  { type: ['array', 'null'] },
  { type: 'array', items: true },
  { type: 'object', required: ['a'] },
  { required: ['a'], properties: { a: {} } },
  { type: 'string', required: ['a'] },
  { enum: [{}] },
  { const: [1] },
  { $anchor: 'a' },
  { $id: 'a' },
  { anyOf: [{ $ref: '#' }] },
  { 'x-vendor': 1 },
];

test('a schema is plain where taking it apart gives one model of the same text, and only there', async () => {
  const rows = [...hostileRows, ...(await demoRows())];
  const schemas = rows
    .flatMap((row) => [row['request_schema'], row['response_schema']])
    .filter((schema) => isJsonObject(schema));
  expect(schemas.length).toBeGreaterThan(100);
  for (const schema of [...odd, ...schemas]) {
    const text = JSON.stringify(schema);
    const models = modelsOf(schema, 'Echo');
    expect(isPlain(schema), text).toBe(models.length === 1 && models[0]?.text === text);
  }
});
