import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import type { PlacedSchema } from '../../../json-schema/placed-schemas.ts';
import { referencesOf, refTarget } from '../../../json-schema/references.ts';

/** Keywords that do not constrain a value when they are next to a reference. */
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
  /** The final target of a reference in a schema; may be a boolean schema; undefined if there is none. */
  targetOf: (from: JsonObject, reference: string) => JsonObject | boolean | undefined;
  /** The schema that a pure reference stands for, the schema itself for any other; undefined for a circular reference. */
  resolved: (schema: JsonObject) => JsonObject | undefined;
}>;

/**
 * Follows the references in a row's schema. A reference to a pure reference is followed to the latter's target, so that no
 * component is an alias. `$dynamicRef` is treated as a plain reference, which is equivalent in a schema that nothing outside
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
