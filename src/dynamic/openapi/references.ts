import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { dropUnsafeMembers } from './unsafe-members.ts';
import { rewriteSubschemas, untrackedPlace, type Place } from './subschemas.ts';

/** A reference as written: the resource that it is relative to, and its fragment without the `#`. */
type Reference = Readonly<{ base: string; fragment: string }>;

/**
 * Learns where each subschema of a row's schema will stand in the document, and so where its references lead there.
 * Gives a function from the `from` of a place to the `to` of what the schema there refers to; undefined where it
 * refers to nothing, to what the document leaves out, or only round in a circle.
 *
 * Anchors become pointers, since the document is one resource in which two rows may use one name. `$dynamicRef`
 * becomes a plain reference, which means the same in a schema that nothing outside refers into.
 */
export function createReferences(root: JsonObject, at: Place): (from: string) => string | undefined {
  const places = new Map<string, string>();
  const anchors = new Map<string, string>();
  const references = new Map<string, Reference>();
  const learn = (schema: JsonValue, place: Place): JsonValue => {
    places.set(place.from, place.to);
    if (!isJsonObject(schema)) return schema;
    const inside = insideOf(schema, place);
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const name = schema[keyword];
      if (typeof name === 'string') anchors.set(anchorKey(inside.base, name), place.from);
    }
    const text = schema['$ref'] ?? schema['$dynamicRef'];
    if (typeof text === 'string') {
      references.set(place.from, { base: inside.base, fragment: decoded(text.slice(1)) });
    }
    return rewriteSubschemas(dropUnsafeMembers(schema), inside, learn);
  };
  learn(root, at);

  const targetOf = (from: string): string | undefined => {
    const reference = references.get(from);
    if (reference === undefined) return undefined;
    const { base, fragment } = reference;
    return fragment === '' || fragment.startsWith('/')
      ? base + fragment
      : anchors.get(anchorKey(base, fragment));
  };
  return (from) => {
    const target = targetOf(from);
    const passed = new Set([from]);
    for (let next = target; next !== undefined; next = targetOf(next)) {
      if (passed.has(next)) return undefined;
      passed.add(next);
    }
    return target === undefined ? undefined : places.get(target);
  };
}

/** The place as its subschemas see it: an `$id` begins a resource of its own (JSON Schema 2020-12 core, 8.2.1). */
export function insideOf(schema: JsonObject, place: Place): Place {
  return typeof schema['$id'] === 'string' && place !== untrackedPlace
    ? { ...place, base: place.from }
    : place;
}

function anchorKey(base: string, name: string): string {
  return JSON.stringify([base, name]);
}

/** A fragment whose percent-encoding is broken is taken as it stands; it will hardly lead anywhere. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
