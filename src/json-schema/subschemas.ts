import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { type Keyword, keywords, type Shape } from './keywords.ts';
import { mapItems, mapMembers } from './map-members.ts';

/** A schema directly within another one. */
export type Subschema = Readonly<{
  schema: JsonObject;
  /**
   * The part of the data that it applies to: `''` the same value, `/name` a member or item, `/*` members and `/[]` items that
   * are not named; null if it applies to nothing by itself, as a definition.
   */
  place: string | null;
}>;

/**
 * The schemas directly within a schema, definitions included. Data (`default`, `enum`, `const`, `examples`) is not
 * searched, nor is `contentSchema`, which describes a text and applies to nothing.
 */
export function subschemasOf(schema: JsonObject): readonly Subschema[] {
  const found: Subschema[] = [];
  for (const [name, value] of Object.entries(schema)) {
    const keyword = keywords.get(name);
    if (keyword?.role !== 'applicator' && keyword?.role !== 'definitions') continue;
    mapSchemasOf(value, keyword.shape, (child, key) => {
      if (isJsonObject(child)) found.push({ schema: child, place: placeOf(keyword, key) });
      return child;
    });
  }
  return found;
}

function placeOf(keyword: Keyword, key: string | null): string | null {
  if (keyword.role !== 'applicator') return null;
  return keyword.target === '/' ? `/${key}` : keyword.target;
}

/**
 * The value of a keyword with each schema in it, `true` and `false` included, replaced by what `change` returns; undefined if
 * the value does not have the shape that the keyword requires. The value itself if nothing changes.
 *
 * @param change receives the member name or index of a schema within the value, null if the value is the schema.
 */
export function mapSchemasOf(
  value: JsonValue,
  shape: Exclude<Shape, 'data'>,
  change: (schema: JsonValue, key: string | null) => JsonValue,
): JsonValue | undefined {
  if (shape === 'one') return change(value, null);
  if (shape === 'map') return isJsonObject(value) ? mapMembers(value, change) : undefined;
  return Array.isArray(value) ? mapItems(value, (item, index) => change(item, String(index))) : undefined;
}
