import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { isPlain } from './plain-check.ts';
import { plainSchema } from './plain-schema.ts';
import { createReferences, insideOf } from './references.ts';
import { mapSubschemas, nowhere, type Place } from './subschemas.ts';

/**
 * A row's schema as it stands among the document's components: the same to a validator, and safe for OpenAPI tools
 * whatever the row holds; the row's own object where nothing in it is unsafe. One row's schema must not cost anybody the
 * whole document: `redocly lint` does not survive a `$ref` that leads to itself, and takes a boolean under `not` or an
 * unknown keyword for an error.
 *
 * @param name the schema's name among the components.
 */
export function componentSchema(schema: JsonObject, name: string): JsonObject {
  return isPlain(schema) ? schema : mendedSchema(schema, name);
}

/** The same without looking first whether there is anything to mend. */
export function mendedSchema(schema: JsonObject, name: string): JsonObject {
  if (!mayRefer(schema)) return rewritten(schema, nowhere, () => undefined);
  const root: Place = { from: '', to: `/components/schemas/${name}`, base: '' };
  const targetOf = createReferences(schema, root);
  return rewritten(schema, root, (_, { from }) => targetOf(from));
}

/** Whether there is anything in it that looks like a reference, be it data. */
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
  const plain = mapSubschemas(plainSchema(schema), insideOf(schema, place), (child, at) =>
    isJsonObject(child) ? rewritten(child, at, targetOf) : booleanSchema(child),
  );
  return target === undefined ? plain : { $ref: `#${target}`, ...plain };
}

/** JSON Schema 2020-12 core, 4.3.2: what `true` and `false` mean as schemas. */
function booleanSchema(value: JsonValue): JsonObject {
  return value === false ? { not: {} } : {};
}
