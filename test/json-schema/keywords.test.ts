import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json-schema/json.ts';
import { keywords, type Shape } from '../../src/json-schema/keywords.ts';

/** The meta-schema of JSON Schema 2020-12, as Ajv has it. */
const directory = 'node_modules/ajv/dist/refs/json-schema-2020-12';

/** Keywords that identify and refer: they neither apply to a value nor describe it. */
const identifiers: ReadonlySet<string> = new Set([
  '$id',
  '$schema',
  '$ref',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$vocabulary',
  '$comment',
  '$recursiveAnchor',
  '$recursiveRef',
]);

function properties(file: string): readonly (readonly [string, JsonValue])[] {
  const metaSchema: JsonObject = JSON.parse(readFileSync(`${directory}/${file}`, 'utf8'));
  const defined = metaSchema['properties'];
  return Object.entries(isJsonObject(defined) ? defined : {}).filter(([name]) => !identifiers.has(name));
}

/** The shape that the meta-schema gives to a keyword. */
function shapeIn(definition: JsonValue): Shape {
  if (!isJsonObject(definition)) return 'data';
  const { $dynamicRef: ref, $ref: list, additionalProperties: members } = definition;
  if (ref === '#meta') return 'one';
  if (list === '#/$defs/schemaArray') return 'list';
  return JSON.stringify(members ?? null).includes('"$dynamicRef":"#meta"') ? 'map' : 'data';
}

test('the table has every keyword of the meta-schema in its shape, and no other', () => {
  const files = ['schema.json', ...readdirSync(`${directory}/meta`).map((name) => `meta/${name}`)];
  const expected = new Map(
    files.flatMap(properties).map(([name, definition]) => [name, shapeIn(definition)]),
  );
  expect(expected.size).toBeGreaterThan(50);
  expect(Object.fromEntries([...keywords].map(([name, { shape }]) => [name, shape]))).toEqual(
    Object.fromEntries(expected),
  );
});
