import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';

/** Whether `withMissingMembers` would return the schema itself. */
export function lacksNothing(schema: JsonObject): boolean {
  return !lacksItems(schema) && missingProperties(schema).length === 0;
}

/**
 * A schema with the members that client generators need and JSON Schema does not: `items` for each array, and a property for
 * each required member. Equivalent for a validator; a schema that lacks nothing is returned itself.
 */
export function withMissingMembers(schema: JsonObject): JsonObject {
  if (lacksNothing(schema)) return schema;
  const missing = missingProperties(schema);
  const { properties } = schema;
  return {
    ...schema,
    ...(lacksItems(schema) ? { items: {} } : {}),
    ...(missing.length > 0
      ? {
          properties: {
            ...(isJsonObject(properties) ? properties : {}),
            ...Object.fromEntries(missing.map((name) => [name, undeclaredProperty(schema)])),
          },
        }
      : {}),
  };
}

/** The schema of a required property that is not declared: the one for all undeclared properties. */
function undeclaredProperty({ additionalProperties, patternProperties }: JsonObject): JsonValue {
  if (patternProperties !== undefined) return {};
  if (additionalProperties === false) return { not: {} };
  return isJsonObject(additionalProperties) ? additionalProperties : {};
}

function lacksItems({ type, items }: JsonObject): boolean {
  return items === undefined && mayBe(type, 'array') && type !== undefined;
}

const none: readonly string[] = [];

function missingProperties({ type, required, properties }: JsonObject): readonly string[] {
  if (!Array.isArray(required) || !mayBe(type, 'object')) return none;
  const known = isJsonObject(properties) ? properties : undefined;
  let missing: string[] | undefined;
  for (const name of required) {
    if (typeof name !== 'string' || (known !== undefined && Object.hasOwn(known, name))) continue;
    missing ??= [];
    missing.push(name);
  }
  return missing ?? none;
}

function mayBe(type: JsonValue | undefined, name: string): boolean {
  return type === undefined || type === name || (Array.isArray(type) && type.includes(name));
}
