import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { keywords, type Shape } from '../../json-schema/keywords.ts';
import { mapMembers } from '../../json-schema/map-members.ts';
import { mapSchemasOf } from '../../json-schema/subschemas.ts';
import { isSafeName, safeNames } from './names.ts';

/** Where a schema stands in the row's own schema, and where in the OpenAPI document. */
export type Place = Readonly<{
  /** JSON pointer (RFC 6901) into the row's schema. */
  from: string;
  /** The same place in the document, as the fragment of a URI. */
  to: string;
  /** `from` of the nearest schema with an `$id`, against which references are resolved. */
  base: string;
}>;

/** The place of all subschemas of a schema without references: computing the real ones is most of the work. */
export const untrackedPlace: Place = { from: '', to: '', base: '' };

/** The shape of each keyword that the document keeps: all but those of older drafts. */
export const shapeOf: ReadonlyMap<string, Shape> = new Map(
  [...keywords].flatMap(([name, keyword]) =>
    keyword.role === 'applicator' && keyword.isLegacy ? [] : [[name, keyword.shape]],
  ),
);
/** Keywords under which OpenAPI tools understand `true` and `false`. */
export const booleanKeywords: ReadonlySet<string> = new Set([
  'additionalProperties',
  'items',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Maps whose keys name schemas: tools want of them what they want of component names. */
export const namedSchemas: ReadonlySet<string> = new Set(['$defs', 'definitions']);

/**
 * A schema with each direct subschema replaced by what `change` returns for it. References, anchors and keywords that JSON
 * Schema 2020-12 does not know are left out.
 */
export function rewriteSubschemas(
  schema: JsonObject,
  place: Place,
  change: (subschema: JsonValue, place: Place) => JsonValue,
): JsonObject {
  return mapMembers(schema, (value, keyword) => {
    const shape = shapeOf.get(keyword);
    if (shape === undefined) return undefined;
    if (shape === 'data' || (typeof value === 'boolean' && booleanKeywords.has(keyword))) return value;
    if (namedSchemas.has(keyword) && isJsonObject(value))
      return mapDefinitions(value, keyword, place, change);
    return mapSchemasOf(value, shape, (child, key) =>
      change(child, childPlace(place, key === null ? [keyword] : [keyword, key])),
    );
  });
}

function mapDefinitions(
  definitions: JsonObject,
  keyword: string,
  place: Place,
  change: (subschema: JsonValue, place: Place) => JsonValue,
): JsonObject {
  const names = safeNames(Object.keys(definitions));
  const entries = Object.entries(definitions).map(([key, item]): [string, JsonValue] => {
    const name = names.get(key) ?? key;
    return [name, change(item, childPlace(place, [keyword, key], [keyword, name]))];
  });
  return Object.fromEntries(entries);
}

/** The place of a subschema, by its tokens in the row's schema and, where they differ, in the document. */
function childPlace(place: Place, from: readonly string[], to = from): Place {
  if (place === untrackedPlace) return untrackedPlace;
  // Nearly all tokens stand as they are; to look for what must be written otherwise takes longer than all the rest.
  if (to === from && from.every(isSafeName)) {
    const tokens = `/${from.join('/')}`;
    return { from: place.from + tokens, to: place.to + tokens, base: place.base };
  }
  const pointer = (tokens: readonly string[]): string => tokens.map((token) => `/${escaped(token)}`).join('');
  return { ...place, from: place.from + pointer(from), to: place.to + inFragment(pointer(to)) };
}

/** RFC 6901 section 3. */
function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** RFC 6901 section 6. Half a surrogate pair, which a JSON text may hold, has no percent-encoding. */
function inFragment(pointer: string): string {
  return encodeURI(pointer.toWellFormed()).replaceAll('#', '%23');
}
