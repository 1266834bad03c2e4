import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { longestTestedText, patternRegExp } from './pattern.ts';
import { quoted } from './quoted.ts';
import { baseOf, referencesOf, refTarget } from './references.ts';
import { subschemasOf } from './subschemas.ts';

/** Compiling takes 0.1 ms or so for each: a tenth of a second in all (docs/decisions/0009-contracts.md). */
const maxSubschemas = 1_000;
/** Each is looked at for one value of a body at most once. */
const maxUnfolded = 10_000;

/** What is wrong with a schema that is valid by itself. */
export type SchemaFault = Readonly<{ code: 'schema_invalid' | 'schema_dangerous'; why: string }>;

/**
 * Why a schema would take too long to compile or to check bodies by, or leads nowhere; null where it is fine. The schema
 * must be valid and of bounded depth.
 *
 * @param all those within it: `schemasIn(root)`.
 */
export function costFault(root: JsonObject, all: readonly PlacedSchema[]): SchemaFault | null {
  if (all.length > maxSubschemas) return dangerous(`has more than ${maxSubschemas} schemas in it`);
  for (const { schema, base } of all) {
    const fault = referenceFault(schema, base, root) ?? patternFault(schema);
    if (fault !== null) return fault;
  }
  return nameFault(all) ?? defaultFault(root) ?? unfoldingFault(root);
}

/** A schema somewhere within another one. */
export type PlacedSchema = Readonly<{
  schema: JsonObject;
  /** Against which references are resolved. */
  base: JsonObject;
  /** It is in no place for schemas, but referred to, and so the meta-schema has not seen it. */
  isOnlyReferred: boolean;
}>;

/** A schema, those within it, and what they refer to, each once; a few more than may be, where there are too many. */
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
  // Only then what is in no place for schemas, or those that are would be taken for it.
  const placed = all.length;
  for (const [index, each] of all.entries()) {
    if (index >= placed) addChildren(each);
    for (const ref of referencesOf(each.schema)) add(refTarget(each.base, ref), each.base, true);
  }
  return all;
}

function referenceFault(schema: JsonObject, base: JsonObject, root: JsonObject): SchemaFault | null {
  for (const ref of referencesOf(schema)) {
    if (!ref.startsWith('#')) {
      return dangerous(`refers to ${quoted(ref)}: only references inside the schema (#/…) are followed`);
    }
    const target = refTarget(base, ref);
    if (target === undefined) return invalid(`refers to ${quoted(ref)}, which is not in it`);
    if (!isJsonObject(target) && typeof target !== 'boolean') {
      return invalid(`refers to ${quoted(ref)}, which is no schema`);
    }
  }
  if (schema['$dynamicRef'] === undefined || base === root) return null;
  return invalid('has a $dynamicRef beneath an $id within it, which is not followed');
}

/** Of two parts by one name, which one is meant? */
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
      if (others.has(name)) return invalid(`has two parts of the name ${quoted(name)}`);
      named.set(within, others.add(name));
    }
  }
  return null;
}

/** Rows come through JSON.parse, and defaults are written into bodies: 1234567890123456789 would become …800. */
function defaultFault(root: JsonObject): SchemaFault | null {
  const { $ref: ref } = root;
  const roots = [root, typeof ref === 'string' ? refTarget(root, ref) : undefined];
  for (const each of roots) {
    const properties = isJsonObject(each) ? each['properties'] : undefined;
    for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (!isJsonObject(property) || isExact(property['default'])) continue;
      return invalid(
        `has for ${quoted(name)} a default with a whole number beyond 2^53, which could not be sent as it is written`,
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
      return invalid(`has the pattern ${quoted(each)}, which is no regular expression`);
    }
    if (longestTestedText(each) === null) {
      return dangerous(`has the pattern ${quoted(each)}, which can take exponential time`);
    }
  }
  return null;
}

/** Where a schema was entered that is being unfolded, and where in the data it was come back to. */
type Entered = Readonly<{ place: string; returns: Set<string> }>;

/**
 * Follows references as a validator does, each recursion once. A schema that comes back to itself at the same place of the data
 * never ends; one that comes back to the same deeper place twice doubles its work with each level of the data.
 */
function unfoldingFault(root: JsonObject): SchemaFault | null {
  const entered = new Map<JsonObject, Entered>();
  let unfolded = 0;
  const visit = (schema: JsonObject, around: JsonObject, place: string): SchemaFault | null => {
    unfolded += 1;
    if (unfolded > maxUnfolded) {
      return dangerous(`unfolds to more than ${maxUnfolded} schemas by its references`);
    }
    const before = entered.get(schema);
    if (before !== undefined) {
      if (before.place === place) return dangerous('refers to itself in a circle');
      if (before.returns.has(place)) return dangerous('refers to itself twice for the same part of the data');
      before.returns.add(place);
      return null;
    }
    entered.set(schema, { place, returns: new Set() });
    const base = baseOf(schema, around);
    for (const child of judging(schema, base)) {
      const fault = visit(child.schema, base, place + child.place);
      if (fault !== null) return fault;
    }
    entered.delete(schema);
    return null;
  };
  return visit(root, root, '');
}

function judging(
  schema: JsonObject,
  base: JsonObject,
): readonly Readonly<{ schema: JsonObject; place: string }>[] {
  const within = subschemasOf(schema).flatMap(({ schema: child, place }) =>
    place === null ? [] : [{ schema: child, place }],
  );
  for (const ref of referencesOf(schema)) {
    const target = refTarget(base, ref);
    if (isJsonObject(target)) within.push({ schema: target, place: '' });
  }
  return within;
}

function invalid(why: string): SchemaFault {
  return { code: 'schema_invalid', why };
}

function dangerous(why: string): SchemaFault {
  return { code: 'schema_dangerous', why };
}
