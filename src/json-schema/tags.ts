import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { isList } from './lists.ts';

/** A member of objects for which a schema allows certain values only, as `kind` does in the variants of a tagged union. */
export type Tag = Readonly<{ name: string; schema: JsonObject }>;

const none: readonly Tag[] = [];
const known = new WeakMap<JsonObject, readonly Tag[]>();

/** The members by which a schema may be told from another one: those with `const` or `enum`. */
export function tagsOf(schema: JsonObject): readonly Tag[] {
  const { properties } = schema;
  if (!isJsonObject(properties)) return none;
  const found = known.get(properties) ?? tagsIn(properties);
  known.set(properties, found);
  return found;
}

function tagsIn(properties: JsonObject): readonly Tag[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) && allowsCertainValues(schema) ? [{ name, schema }] : [],
  );
}

function allowsCertainValues({ const: constant, enum: members }: JsonObject): boolean {
  return constant !== undefined || isList(members);
}

/** The same properties with the tags first, so that a variant that is not meant fails before its other members are looked at. */
export function withTagsFirst(properties: JsonObject): JsonObject {
  const isTag = ([, schema]: readonly [string, JsonValue]): boolean =>
    isJsonObject(schema) && allowsCertainValues(schema);
  const members = Object.entries(properties);
  const isInOrder = members.every(
    (member, index) => index === 0 || !isTag(member) || isTag(members[index - 1] ?? member),
  );
  if (isInOrder) return properties;
  return Object.fromEntries([...members.filter(isTag), ...members.filter((member) => !isTag(member))]);
}
