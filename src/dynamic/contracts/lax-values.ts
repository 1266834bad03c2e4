import { type Coerced, toBoolean, toInteger, toNumber } from '../../modal/pydantic-scalars.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../schemas/json.ts';
import { baseOf, refTarget } from '../../schemas/subschemas.ts';

/** Formats that pydantic also reads from a number, as seconds. */
const timeFormats: ReadonlySet<JsonValue | undefined> = new Set(['date', 'date-time', 'time', 'duration']);

/**
 * A body as FastAPI's lax mode takes it: "5" is 5 where the schema wants a whole number. Only the verdict is made on it;
 * what the function gets is what the caller sent.
 */
export function laxly(schema: JsonObject, value: JsonValue, around: JsonObject = schema): JsonValue {
  const base = baseOf(schema, around);
  let taken = value;
  const { $ref: ref, allOf } = schema;
  const target = typeof ref === 'string' ? refTarget(base, ref) : undefined;
  for (const each of [target, ...listOf(allOf)]) if (isJsonObject(each)) taken = laxly(each, taken, base);
  for (const variants of [schema['anyOf'], schema['oneOf']]) {
    const variant = variantFor(listOf(variants).filter(isJsonObject), taken, base);
    if (variant !== undefined) taken = laxly(variant, taken, base);
  }
  if (isList(taken)) return laxItems(schema, taken, base);
  return isJsonObject(taken) ? laxMembers(schema, taken, base) : laxScalar(schema, taken);
}

/** Pydantic's smart union: what fits as it stands, else the first that takes it laxly. */
function variantFor(
  variants: readonly JsonObject[],
  value: JsonValue,
  base: JsonObject,
): JsonObject | undefined {
  const known = variants.map((variant) => resolved(variant, base));
  if (isJsonObject(value)) return known.find((variant) => hasRequired(variant, value));
  return (
    known.find((variant) => isOfTypes(typesOf(variant), value)) ??
    known.find((variant) => laxly(variant, value, base) !== value)
  );
}

/** The schema that another one is nothing but a reference to. */
function resolved(schema: JsonObject, base: JsonObject): JsonObject {
  const target = typeof schema['$ref'] === 'string' ? refTarget(base, schema['$ref']) : undefined;
  return isJsonObject(target) ? target : schema;
}

function hasRequired(schema: JsonObject, value: JsonObject): boolean {
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes('object')) return false;
  return listOf(schema['required']).every((name) => typeof name === 'string' && Object.hasOwn(value, name));
}

function laxItems(schema: JsonObject, items: readonly JsonValue[], base: JsonObject): JsonValue {
  const { items: rest } = schema;
  const first = listOf(schema['prefixItems']);
  return items.map((item, index) => {
    const own = index < first.length ? first[index] : rest;
    return isJsonObject(own) ? laxly(own, item, base) : item;
  });
}

function laxMembers(schema: JsonObject, value: JsonObject, base: JsonObject): JsonObject {
  const { properties, additionalProperties: others } = schema;
  if (!isJsonObject(properties) && !isJsonObject(others)) return value;
  const named = isJsonObject(properties) ? properties : {};
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const own = Object.hasOwn(named, name) ? named[name] : others;
      return [name, isJsonObject(own) ? laxly(own, member, base) : member];
    }),
  );
}

function laxScalar(schema: JsonObject, value: JsonValue): JsonValue {
  const types = typesOf(schema);
  if (isOfTypes(types, value) || value === null) return value;
  for (const type of types) {
    if (typeof type !== 'string') continue;
    const read = coerced(type, value, schema);
    if (read?.ok === true) return read.value;
  }
  return value;
}

function coerced(type: string, value: JsonValue, { format }: JsonObject): Coerced | undefined {
  switch (type) {
    case 'integer':
      return toInteger(value);
    case 'number':
      return toNumber(value);
    case 'boolean':
      return toBoolean(value);
    case 'string':
      return typeof value === 'number' && timeFormats.has(format)
        ? { ok: true, value: String(value) }
        : undefined;
    default:
      return undefined;
  }
}

function typesOf({ type }: JsonObject): readonly JsonValue[] {
  return typeof type === 'string' ? [type] : listOf(type);
}

/** Whether a value that is no object is of one of these types, or nothing is said of its type. */
function isOfTypes(types: readonly JsonValue[], value: JsonValue): boolean {
  if (types.length === 0) return true;
  if (value === null) return types.includes('null');
  if (isList(value)) return types.includes('array');
  if (typeof value !== 'number') return types.includes(typeof value);
  return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
