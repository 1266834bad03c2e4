import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';

/** The schema of one member or item; a missing or boolean one accepts anything. */
export function schemaOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Own members only: a body's `constructor` must not find Object's. */
export function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The properties of an object schema, in order. */
export function propertiesOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  return Object.entries(schemaOf(schema['properties'])).map(([name, value]) => [name, schemaOf(value)]);
}

/** The required members of an object schema. */
export function requiredOf(schema: JsonObject): readonly string[] {
  const required = schema['required'];
  return isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** The type of a variant; empty if it has none, so that anything fits. */
export function typeNameOf({ type }: JsonObject): string {
  return typeof type === 'string' ? type : '';
}

/** A schema as alternatives of one type each: `type` arrays, anyOf and oneOf expanded. */
export function variantsOf(schema: JsonObject): readonly JsonObject[] {
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (isArray(alternatives)) return alternatives.flatMap((each) => variantsOf(schemaOf(each)));
  const { type } = schema;
  return isArray(type) ? type.map((each) => ({ ...schema, type: each })) : [schema];
}

/** Whether a value fits a schema exactly, by the keywords that the registry uses; others are ignored. */
export function fits(schema: JsonObject, value: JsonValue): boolean {
  return variantsOf(schema).some((variant) => fitsVariant(variant, value));
}

function fitsVariant(schema: JsonObject, value: JsonValue): boolean {
  const { enum: members, const: constant } = schema;
  const type = typeNameOf(schema);
  if (isArray(members) && !members.some((member) => isSame(member, value))) return false;
  if (constant !== undefined && !isSame(constant, value)) return false;
  if (type !== '' && !isOfType(type, value)) return false;
  if (isArray(value)) return value.every((item) => fits(schemaOf(schema['items']), item));
  if (!isJsonObject(value)) return true;
  return (
    requiredOf(schema).every((name) => Object.hasOwn(value, name)) &&
    propertiesOf(schema).every(([name, property]) => {
      const member = memberOf(value, name);
      return member === undefined || fits(property, member);
    })
  );
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function isOfType(type: string, value: JsonValue): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
