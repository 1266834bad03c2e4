import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList, listOf } from '../../../json-schema/lists.ts';
import { compilePattern } from '../../../json-schema/patterns/compiled-pattern.ts';

/**
 * Removes from a schema what pydantic publishes but does not enforce (docs/decisions/0009-contracts.md):
 * - `uniqueItems`: a set accepts duplicates and does not count them, so that `maxItems` does not decide either;
 * - `oneOf`, which is read as `anyOf`: pydantic picks a variant by its tag or by a function, and never checks the others;
 * - patterns that cannot be matched in linear time;
 * - the type next to `prefixItems`: a NamedTuple is also read from an object;
 * - the type of a color, which is also read from a list of numbers.
 *
 * @returns the schema itself if it contains none of these.
 */
export function lenientSchema(schema: JsonObject): JsonObject {
  const { oneOf, pattern, patternProperties, uniqueItems, prefixItems, type, format } = schema;
  let lenient = schema;
  if (uniqueItems !== undefined) {
    const { uniqueItems: _, maxItems, ...others } = lenient;
    lenient = uniqueItems === true || maxItems === undefined ? others : { ...others, maxItems };
  }
  if (isUnreadable(pattern)) lenient = without(lenient, ['pattern']);
  if (isJsonObject(patternProperties) && Object.keys(patternProperties).some(isUnreadable)) {
    lenient = {
      ...without(lenient, ['additionalProperties', 'unevaluatedProperties']),
      patternProperties: readable(patternProperties),
    };
  }
  if (isList(oneOf)) {
    const { oneOf: _, ...others } = lenient;
    lenient =
      others['anyOf'] === undefined
        ? { ...others, anyOf: oneOf }
        : { ...others, allOf: [...listOf(others['allOf']), { anyOf: oneOf }] };
  }
  if (format === 'color' && type === 'string') return { ...lenient, type: ['string', 'array'] };
  return prefixItems !== undefined && type === 'array' ? { ...lenient, type: ['array', 'object'] } : lenient;
}

/**
 * A schema for the names of members. Names are strings in JSON, from which pydantic also reads other keys: `dict[SomeIntEnum, int]`
 * is published with `propertyNames` of type integer, which no name can match.
 */
export function nameSchema(schema: JsonObject): JsonObject {
  const { type, enum: members, const: constant } = schema;
  const isText = (value: JsonValue | undefined): boolean => typeof value === 'string';
  if (type !== undefined && type !== 'string' && !listOf(type).includes('string')) return {};
  const isForTexts = listOf(members).every(isText) && (constant === undefined || isText(constant));
  return lenientSchema(isForTexts ? schema : without(schema, ['enum', 'const']));
}

/**
 * The same within `not` and `if`, where leniency would reject bodies: everything applies as written, and a schema with a
 * pattern that cannot be matched counts as failed.
 */
export function exactSchema(schema: JsonObject): JsonObject {
  const { pattern, patternProperties } = schema;
  const names = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [pattern, ...names].some(isUnreadable)
    ? { ...without(schema, ['pattern', 'patternProperties']), allOf: [...listOf(schema['allOf']), false] }
    : schema;
}

function isUnreadable(pattern: JsonValue | undefined): boolean {
  return typeof pattern === 'string' && !compilePattern(pattern).ok;
}

function readable(patternProperties: JsonObject): JsonObject {
  return without(patternProperties, Object.keys(patternProperties).filter(isUnreadable));
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
