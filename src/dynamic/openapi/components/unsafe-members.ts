import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { mapMembers } from '../../../json-schema/map-members.ts';

/**
 * A schema without members that have no effect but make OpenAPI tools fail: values that its own `type` rules out
 * (`{"type": "string", "enum": ["a", null]}`), `properties` of a type that is not an object, `items` of one that is not an
 * array, and data that tools would take for a reference. Also without objects and lists under `enum` and `const`, which
 * generators write as `[object Object]`. Changes only the schema itself, not its subschemas.
 */
export function dropUnsafeMembers(schema: JsonObject): JsonObject {
  return mapMembers(schema, (value, keyword) => {
    if (isPlainMember(schema, keyword, value)) return value;
    if (keyword !== 'enum' || !Array.isArray(value) || !value.every(isScalar)) return undefined;
    const possible: JsonValue[] = value.filter((item: JsonValue) => isPossible(schema, item));
    return possible.length === 0 ? undefined : possible;
  });
}

/** Whether a member of a schema, apart from the subschemas in it, stays unchanged. */
export function isPlainMember(schema: JsonObject, keyword: string, value: JsonValue): boolean {
  switch (keyword) {
    case 'properties':
      return typeof schema['type'] !== 'string' || schema['type'] === 'object';
    case 'items':
      return typeof schema['type'] !== 'string' || schema['type'] === 'array';
    case 'default':
    case 'examples':
      return isPlainData(value);
    case 'const':
      return isScalar(value) && isPossible(schema, value);
    case 'enum':
      return (
        !Array.isArray(value) || value.every((item: JsonValue) => isScalar(item) && isPossible(schema, item))
      );
    default:
      return true;
  }
}

function isScalar(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null;
}

function isPossible({ type }: JsonObject, value: JsonValue): boolean {
  if (typeof type === 'string') return isOfType(value, type);
  const types = [type].flat().filter((name) => typeof name === 'string');
  return types.length === 0 || types.some((name) => isOfType(value, name));
}

/**
 * Whether data can be in the document unchanged: at most 64 levels deep, so that no tool's stack overflows, and without what
 * tools that look for `$ref` everywhere would follow.
 */
export function isPlainData(value: JsonValue, levels = 64): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (isJsonObject(value) && typeof value['$ref'] === 'string') return false;
  for (const child of Object.values<JsonValue>(value)) if (!isPlainData(child, levels - 1)) return false;
  return true;
}

function isOfType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
