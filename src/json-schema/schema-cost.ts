import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { longestTestedText, patternRegExp } from './pattern.ts';
import { maxSubschemas, type PlacedSchema } from './placed-schemas.ts';
import { quoted } from './quoted.ts';
import { referencesOf, refTarget } from './references.ts';
import { dangerous, invalid, type SchemaFault } from './schema-fault.ts';
import { unfoldingFault } from './unfolding.ts';

/**
 * Why compiling a schema, or validating bodies by it, would take too long, or why it cannot be resolved; null where it is fine.
 * The schema must be valid and of bounded depth.
 *
 * @param all the schemas in it: `schemasIn(root)`.
 */
export function costFault(root: JsonObject, all: readonly PlacedSchema[]): SchemaFault | null {
  if (all.length > maxSubschemas) return dangerous(`contains more than ${maxSubschemas} schemas`);
  for (const { schema, base } of all) {
    const fault = referenceFault(schema, base, root) ?? patternFault(schema);
    if (fault !== null) return fault;
  }
  return nameFault(all) ?? defaultFault(root) ?? unfoldingFault(root);
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

/** Two parts with one name would make references ambiguous. */
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

/** Rows come through JSON.parse, and defaults are spliced into bodies: 1234567890123456789 would become …800. */
function defaultFault(root: JsonObject): SchemaFault | null {
  const { $ref: ref } = root;
  const roots = [root, typeof ref === 'string' ? refTarget(root, ref) : undefined];
  for (const each of roots) {
    const properties = isJsonObject(each) ? each['properties'] : undefined;
    for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (!isJsonObject(property) || isExact(property['default'])) continue;
      return invalid(
        `has a default for ${quoted(name)} with a whole number beyond 2^53, which would be sent rounded`,
      );
    }
  }
  return null;
}

function isExact(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
  }
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

function patternFault({ pattern, patternProperties }: JsonObject): SchemaFault | null {
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (typeof pattern === 'string') patterns.push(pattern);
  for (const each of patterns) {
    if (patternRegExp(each) === null) {
      return invalid(`has the pattern ${quoted(each)}, which is not a valid regular expression`);
    }
    if (longestTestedText(each) === null) {
      return dangerous(`has the pattern ${quoted(each)}, which can take exponential time`);
    }
  }
  return null;
}
