import { isJsonObject, type JsonObject, type JsonValue } from '../schemas/json.ts';
import { mapMembers } from './openapi-members.ts';

const values: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples']);

/**
 * A schema without what can have no effect but makes OpenAPI tools fail: values that its own `type` rules out
 * (`{"type": "string", "enum": ["a", null]}`), `properties` of what is no object, `items` of what is no array, and
 * data in which tools would see a reference. Of the schema itself only; its subschemas stay as they are.
 */
export function plainSchema(schema: JsonObject): JsonObject {
  const { type } = schema;
  const isPossible = (value: JsonValue): boolean => {
    if (typeof type === 'string') return isOfType(value, type);
    const types = [type].flat().filter((name) => typeof name === 'string');
    return types.length === 0 || types.some((name) => isOfType(value, name));
  };
  return mapMembers(schema, (value, keyword) => {
    if (keyword === 'properties' && typeof type === 'string' && type !== 'object') return undefined;
    if (keyword === 'items' && typeof type === 'string' && type !== 'array') return undefined;
    if (values.has(keyword) && !isPlainData(value)) return undefined;
    if (keyword === 'const' && !isPossible(value)) return undefined;
    if (keyword !== 'enum' || !Array.isArray(value) || value.every(isPossible)) return value;
    const possible: JsonValue[] = value.filter(isPossible);
    return possible.length === 0 ? undefined : possible;
  });
}

/**
 * Whether data can stand in the document as it is: at most 64 levels deep, so that no tool's stack overflows, and
 * without what tools that look for `$ref` everywhere would follow.
 */
export function isPlainData(value: JsonValue, levels = 64): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0 || (isJsonObject(value) && typeof value['$ref'] === 'string')) return false;
  return Object.values(value).every((child: JsonValue) => isPlainData(child, levels - 1));
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
