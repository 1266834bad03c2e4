import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { mapItems, mapMembers } from './members.ts';
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

/** What the keywords of JSON Schema 2020-12 hold: one schema, one or a boolean, a list, a map of them, or data. */
const keywords = {
  one: 'contains contentSchema else if not propertyNames then',
  open: 'additionalProperties items unevaluatedItems unevaluatedProperties',
  list: 'allOf anyOf oneOf prefixItems',
  map: '$defs definitions dependentSchemas patternProperties properties',
  data: `const contentEncoding contentMediaType default dependentRequired deprecated description enum examples
exclusiveMaximum exclusiveMinimum format maxContains maxItems maxLength maxProperties maximum minContains minItems
minLength minProperties minimum multipleOf pattern readOnly required title type uniqueItems writeOnly`,
} as const;
export const kindOf: ReadonlyMap<string, string> = new Map(
  Object.entries(keywords).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind])),
);
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
    const kind = kindOf.get(keyword);
    if (kind === 'data' || (kind === 'open' && typeof value === 'boolean')) return value;
    if (kind === 'one' || kind === 'open') return change(value, childPlace(place, [keyword]));
    if (kind === 'list' && Array.isArray(value)) {
      return mapItems(value, (item, index) => change(item, childPlace(place, [keyword, String(index)])));
    }
    if (kind !== 'map' || !isJsonObject(value)) return undefined;
    if (!namedSchemas.has(keyword)) {
      return mapMembers(value, (item, key) => change(item, childPlace(place, [keyword, key])));
    }
    const names = safeNames(Object.keys(value));
    const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
      const name = names.get(key) ?? key;
      return [name, change(item, childPlace(place, [keyword, key], [keyword, name]))];
    });
    return Object.fromEntries(entries);
  });
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
