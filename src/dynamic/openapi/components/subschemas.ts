import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { keywords, type Shape } from '../../../json-schema/keywords.ts';
import { mapMembers } from '../../../json-schema/map-members.ts';
import { mapSchemasOf } from '../../../json-schema/subschemas.ts';

/** The shape of each keyword that the document keeps: all but those of older drafts, and definitions, which become components. */
export const shapeOf: ReadonlyMap<string, Shape> = new Map(
  [...keywords].flatMap(([name, keyword]) =>
    keyword.role === 'definitions' || (keyword.role === 'applicator' && keyword.isLegacy)
      ? []
      : [[name, keyword.shape]],
  ),
);

/** Keywords under which OpenAPI tools support `false` and, except for `items` (orval 8 fails), also `true`. */
const booleanKeywords: ReadonlySet<string> = new Set([
  'additionalProperties',
  'items',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Whether tools support this value of a keyword although it is not an object. */
export function isPlainBoolean(keyword: string, value: JsonValue): boolean {
  return typeof value === 'boolean' && booleanKeywords.has(keyword) && !(value && keyword === 'items');
}

/**
 * A schema with each direct subschema replaced by what `change` returns for it. References, anchors, definitions and keywords
 * that JSON Schema 2020-12 does not know are left out.
 */
export function rewriteSubschemas(
  schema: JsonObject,
  change: (subschema: JsonValue, keyword: string) => JsonValue,
): JsonObject {
  return mapMembers(schema, (value, keyword) => {
    const shape = shapeOf.get(keyword);
    if (shape === undefined) return undefined;
    if (shape === 'data' || isPlainBoolean(keyword, value)) return value;
    return mapSchemasOf(value, shape, (child) => change(child, keyword));
  });
}
