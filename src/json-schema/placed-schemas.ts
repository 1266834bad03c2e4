import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { baseOf, referencesOf, refTarget } from './references.ts';
import { subschemasOf } from './subschemas.ts';

/** Compiling takes about 0.1 ms for each: a tenth of a second in all (docs/decisions/0009-contracts.md). */
export const maxSubschemas = 1_000;

/** A schema somewhere within another one. */
export type PlacedSchema = Readonly<{
  schema: JsonObject;
  /** The schema against which its references are resolved. */
  base: JsonObject;
  /** It is referred to, but is not where a keyword expects a schema, so the meta-schema has not validated it. */
  isOnlyReferred: boolean;
}>;

/** A schema, those within it, and those that they refer to, each once; stops just beyond `maxSubschemas`. */
export function schemasIn(root: JsonObject): readonly PlacedSchema[] {
  const all: PlacedSchema[] = [];
  const known = new Set<JsonValue>();
  const add = (schema: JsonValue | undefined, base: JsonObject, isOnlyReferred = false): void => {
    if (!isJsonObject(schema) || known.has(schema) || all.length > maxSubschemas) return;
    known.add(schema);
    all.push({ schema, base: baseOf(schema, base), isOnlyReferred });
  };
  const addChildren = ({ schema, base }: PlacedSchema): void => {
    for (const child of subschemasOf(schema)) add(child.schema, base);
  };
  add(root, root);
  for (const each of all) addChildren(each);
  // References come last, or schemas that keywords contain would count as only referred to.
  const placed = all.length;
  for (const [index, each] of all.entries()) {
    if (index >= placed) addChildren(each);
    for (const ref of referencesOf(each.schema)) add(refTarget(each.base, ref), each.base, true);
  }
  return all;
}
