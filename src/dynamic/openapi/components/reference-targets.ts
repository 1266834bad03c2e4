import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import type { PlacedSchema } from '../../../json-schema/placed-schemas.ts';
import { referencesOf, refTarget } from '../../../json-schema/references.ts';

/** Beside a reference these say nothing about a value. */
const silent = new Set([
  '$anchor',
  '$comment',
  '$defs',
  '$dynamicAnchor',
  '$dynamicRef',
  '$id',
  '$ref',
  '$schema',
  'definitions',
]);

export type Targets = Readonly<{
  /** What a reference of a schema leads to, in the end: a boolean schema, or undefined where it leads nowhere. */
  targetOf: (from: JsonObject, reference: string) => JsonObject | boolean | undefined;
  /** The schema that a mere reference stands for, itself for any other; undefined for a circle. */
  resolved: (schema: JsonObject) => JsonObject | undefined;
}>;

/**
 * Follows the references in a row's schema. One that leads to a mere reference leads to what that one leads to, so that no
 * component is an alias. `$dynamicRef` is taken for a plain reference, which means the same in a schema that nothing outside
 * refers into.
 */
export function createTargets(root: JsonObject, placed: readonly PlacedSchema[]): Targets {
  const bases = new Map<JsonValue, JsonObject>(placed.map(({ schema, base }) => [schema, base]));
  const follow = (
    from: JsonObject,
    reference: string,
    passed: ReadonlySet<JsonObject>,
  ): JsonObject | boolean | undefined => {
    const target = refTarget(bases.get(from) ?? root, reference);
    if (typeof target === 'boolean') return target;
    return isJsonObject(target) ? last(target, passed) : undefined;
  };
  const last = (schema: JsonObject, passed: ReadonlySet<JsonObject>): JsonObject | boolean | undefined => {
    if (passed.has(schema)) return undefined;
    const [next, ...others] = referencesOf(schema);
    if (next === undefined || others.length > 0 || !Object.keys(schema).every((key) => silent.has(key))) {
      return schema;
    }
    return follow(schema, next, new Set([...passed, schema]));
  };
  return {
    targetOf: (from, reference) => follow(from, reference, new Set()),
    resolved: (schema) => {
      const target = last(schema, new Set());
      return typeof target === 'boolean' ? schema : target;
    },
  };
}

/** The names that definitions have in `$defs` or `definitions`, at whatever depth. */
export function definitionNames(placed: readonly PlacedSchema[]): ReadonlyMap<JsonValue, string> {
  const names = new Map<JsonValue, string>();
  for (const { schema } of placed) {
    for (const keyword of ['$defs', 'definitions']) {
      const definitions = schema[keyword];
      if (!isJsonObject(definitions)) continue;
      for (const [name, definition] of Object.entries(definitions)) names.set(definition, name);
    }
  }
  return names;
}
