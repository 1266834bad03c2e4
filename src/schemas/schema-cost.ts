import { isJsonObject, type JsonObject } from './json.ts';
import { longestTestedText, patternRegExp } from './pattern.ts';
import { quoted } from './quoted.ts';
import { baseOf, refTarget, subschemasOf } from './subschemas.ts';

/** Compiling takes 0.1 ms or so for each: a tenth of a second in all (docs/decisions/0009-contracts.md). */
const maxSubschemas = 1_000;
/** Each is looked at for one value of a body at most once. */
const maxUnfolded = 10_000;

/** What is wrong with a schema that is valid by itself. */
export type SchemaFault = Readonly<{ code: 'schema_invalid' | 'schema_dangerous'; why: string }>;

/**
 * Why a schema would take too long to compile or to check bodies by, or leads nowhere; null where it is fine. The schema
 * must be valid and of bounded depth.
 */
export function costFault(root: JsonObject): SchemaFault | null {
  const all = [{ schema: root, base: root }];
  for (const { schema, base } of all) {
    for (const child of subschemasOf(schema)) {
      all.push({ schema: child.schema, base: baseOf(child.schema, base) });
    }
    if (all.length > maxSubschemas) return dangerous(`has more than ${maxSubschemas} schemas in it`);
    const fault = referenceFault(schema, base, root) ?? patternFault(schema);
    if (fault !== null) return fault;
  }
  return unfoldingFault(root);
}

function referenceFault(schema: JsonObject, base: JsonObject, root: JsonObject): SchemaFault | null {
  const { $ref: ref, $dynamicRef: dynamicRef } = schema;
  for (const each of [ref, dynamicRef]) {
    if (typeof each === 'string' && refTarget(base, each) === undefined) {
      return { code: 'schema_invalid', why: `refers to ${quoted(each)}, which is not in it` };
    }
  }
  if (dynamicRef === undefined || base === root) return null;
  return { code: 'schema_invalid', why: 'has a $dynamicRef beneath an $id within it, which is not followed' };
}

function patternFault({ pattern, patternProperties }: JsonObject): SchemaFault | null {
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (typeof pattern === 'string') patterns.push(pattern);
  for (const each of patterns) {
    if (patternRegExp(each) === null) {
      return {
        code: 'schema_invalid',
        why: `has the pattern ${quoted(each)}, which is no regular expression`,
      };
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
  for (const ref of [schema['$ref'], schema['$dynamicRef']]) {
    const target = typeof ref === 'string' ? refTarget(base, ref) : undefined;
    if (isJsonObject(target)) within.push({ schema: target, place: '' });
  }
  return within;
}

function dangerous(why: string): SchemaFault {
  return { code: 'schema_dangerous', why };
}
