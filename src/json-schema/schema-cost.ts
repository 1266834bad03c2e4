import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { maxSubschemas, type PlacedSchema } from './placed-schemas.ts';
import { quoted } from './quoted.ts';
import { referencesOf, refTarget } from './references.ts';
import { dangerous, invalid, type SchemaFault } from './schema-fault.ts';
import { unfoldingFault } from './unfolding.ts';

/**
 * Why compiling a schema, or validating bodies against it, would take too long, or why it cannot be resolved; null if it is
 * fine. The schema must be valid and of bounded depth.
 *
 * @param all the schemas in it: `schemasIn(root)`.
 */
export function costFault(root: JsonObject, all: readonly PlacedSchema[]): SchemaFault | null {
  if (all.length > maxSubschemas) return dangerous(`contains more than ${maxSubschemas} schemas`);
  for (const { schema, base } of all) {
    const fault = referenceFault(schema, base, root);
    if (fault !== null) return fault;
  }
  return nameFault(all) ?? unfoldingFault(root);
}

function referenceFault(schema: JsonObject, base: JsonObject, root: JsonObject): SchemaFault | null {
  for (const ref of referencesOf(schema)) {
    if (!ref.startsWith('#')) {
      return dangerous(`refers to ${quoted(ref)}: only references inside the schema (#/…) are followed`);
    }
    const target = refTarget(base, ref);
    if (target === undefined) return invalid(`refers to ${quoted(ref)}, which it does not contain`);
    if (!isJsonObject(target) && typeof target !== 'boolean') {
      return invalid(`refers to ${quoted(ref)}, which is not a schema`);
    }
  }
  if (schema['$dynamicRef'] === undefined || base === root) return null;
  return invalid('has a $dynamicRef within a subschema that has its own $id, which is not supported');
}

/** Two parts with the same name would make references ambiguous. */
function nameFault(all: readonly PlacedSchema[]): SchemaFault | null {
  const named = new Map<JsonValue, Set<string>>();
  for (const { schema, base } of all) {
    const { $id: id, $anchor: anchor, $dynamicAnchor: dynamicAnchor } = schema;
    if (id === undefined && anchor === undefined && dynamicAnchor === undefined) continue;
    const names = [
      { within: null, name: id },
      { within: base, name: anchor },
      { within: base, name: dynamicAnchor === anchor ? undefined : dynamicAnchor },
    ];
    for (const { within, name } of names) {
      if (typeof name !== 'string') continue;
      const others = named.get(within) ?? new Set();
      if (others.has(name)) return invalid(`has two parts named ${quoted(name)}`);
      named.set(within, others.add(name));
    }
  }
  return null;
}
