import { isJsonObject, type JsonObject, type JsonValue } from '../schemas/json.ts';
import { plainSchema } from './openapi-plain-schema.ts';
import { createReferences, insideOf } from './openapi-references.ts';
import { mapSubschemas, type Place } from './openapi-subschemas.ts';

/** Rows that did not change keep their schema objects over a reload, so only what is new is made anew. */
const made = new WeakMap<JsonObject, Readonly<{ name: string; component: JsonObject }>>();

/**
 * A row's schema as it stands among the document's components: the same to a validator, and safe for OpenAPI tools
 * whatever the row holds. One row's schema must not cost anybody the whole document: `redocly lint` does not survive
 * a `$ref` that leads to itself, and takes a boolean under `not` or an unknown keyword for an error.
 *
 * @param name the schema's name among the components.
 */
export function componentSchema(schema: JsonObject, name: string): JsonObject {
  const known = made.get(schema);
  if (known?.name === name) return known.component;
  const component = relocated(schema, name);
  made.set(schema, { name, component });
  return component;
}

function relocated(schema: JsonObject, name: string): JsonObject {
  const root: Place = { from: '', to: `/components/schemas/${name}`, base: '' };
  const resolve = createReferences(schema, root);
  const rewritten = (part: JsonObject, place: Place): JsonObject => {
    const target = resolve(place.from);
    return {
      ...(target === undefined ? {} : { $ref: `#${target}` }),
      ...mapSubschemas(plainSchema(part), insideOf(part, place), (child, at) =>
        isJsonObject(child) ? rewritten(child, at) : booleanSchema(child),
      ),
    };
  };
  return rewritten(schema, root);
}

/** JSON Schema 2020-12 core, 4.3.2: what `true` and `false` mean as schemas. */
function booleanSchema(value: JsonValue): JsonObject {
  return value === false ? { not: {} } : {};
}
