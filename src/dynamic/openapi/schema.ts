import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { isPlain } from './plain-check.ts';
import { dropUnsafeMembers } from './unsafe-members.ts';
import { createReferences, insideOf } from './references.ts';
import { rewriteSubschemas, untrackedPlace, type Place } from './subschemas.ts';

/**
 * A row's schema as a component of the document: equivalent for a validator, and safe for OpenAPI tools whatever the row
 * contains; the row's own object if nothing in it is unsafe. One row's schema must not make the whole document unusable:
 * `redocly lint` crashes on a `$ref` that leads to itself, and reports a boolean under `not` or an unknown keyword as an error.
 *
 * @param name the schema's name among the components.
 */
export function componentSchema(schema: JsonObject, name: string): JsonObject {
  return isPlain(schema) ? schema : safeSchema(schema, name);
}

/** The same without checking first whether anything is unsafe. */
export function safeSchema(schema: JsonObject, name: string): JsonObject {
  if (!mayRefer(schema)) return rewritten(schema, untrackedPlace, () => undefined);
  const root: Place = { from: '', to: `/components/schemas/${name}`, base: '' };
  const targetOf = createReferences(schema, root);
  return rewritten(schema, root, (_, { from }) => targetOf(from));
}

/** Whether anything in it looks like a reference, even in data. */
function mayRefer(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('$ref' in value || '$dynamicRef' in value) return true;
  return Object.values<JsonValue>(value).some(mayRefer);
}

function rewritten(
  schema: JsonObject,
  place: Place,
  targetOf: (schema: JsonObject, place: Place) => string | undefined,
): JsonObject {
  const target = targetOf(schema, place);
  const plain = rewriteSubschemas(dropUnsafeMembers(schema), insideOf(schema, place), (child, at) =>
    isJsonObject(child) ? rewritten(child, at, targetOf) : booleanSchema(child),
  );
  return target === undefined ? plain : { $ref: `#${target}`, ...plain };
}

/** JSON Schema 2020-12 core, 4.3.2: what `true` and `false` mean as schemas. */
function booleanSchema(value: JsonValue): JsonObject {
  return value === false ? { not: {} } : {};
}
