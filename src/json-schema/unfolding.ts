import { isJsonObject, type JsonObject } from './json.ts';
import { baseOf, referencesOf, refTarget } from './references.ts';
import { dangerous, type SchemaFault } from './schema-fault.ts';
import { subschemasOf } from './subschemas.ts';
import { tagsOf } from './tags.ts';

/** Each may apply to one value of a body once. */
const maxUnfolded = 10_000;

/**
 * Follows references as a validator does, each recursion once. A schema that reaches itself at the same place in the data never
 * ends; one that reaches itself at the same deeper place twice doubles its work with each level of the data.
 */
export function unfoldingFault(root: JsonObject): SchemaFault | null {
  return circleFault(root) ?? doublingFault(root);
}

type Visited = Readonly<{ schema: JsonObject; base: JsonObject }>;

function circleFault(root: JsonObject): SchemaFault | null {
  const states = new Map<JsonObject, 'open' | 'done'>();
  const deeper: Visited[] = [{ schema: root, base: root }];
  const isCircular = (schema: JsonObject, around: JsonObject): boolean => {
    const state = states.get(schema);
    if (state !== undefined) return state === 'open';
    states.set(schema, 'open');
    const base = baseOf(schema, around);
    for (const child of appliedBy(schema, base)) {
      if (child.place !== '') deeper.push({ schema: child.schema, base });
      else if (isCircular(child.schema, base)) return true;
    }
    states.set(schema, 'done');
    return false;
  };
  for (const { schema, base } of deeper) {
    if (isCircular(schema, base)) return dangerous('has a circular reference');
  }
  return null;
}

/**
 * A place in the data is known by the way there, and by the tags of the objects on it: an object has one value of its tag, so that
 * `args` of `and` and of `or` are never the same list (recursive unions with a discriminator, as pydantic publishes them).
 */
function doublingFault(root: JsonObject): SchemaFault | null {
  /** The deeper places at which schemas that are being followed were reached again. */
  const returns = new Map<JsonObject, Set<string>>();
  /** Where schemas with tags were followed to their end: each of n tagged models that refer to each other would be followed n! times. */
  const followed = new Map<JsonObject, Set<string>>();
  let unfolded = 0;
  const visit = (schema: JsonObject, around: JsonObject, place: string): SchemaFault | null => {
    unfolded += 1;
    if (unfolded > maxUnfolded) {
      return dangerous(`unfolds to more than ${maxUnfolded} schemas when its references are followed`);
    }
    const reached = returns.get(schema);
    if (reached?.has(place) === true) {
      return dangerous('has a recursive reference that applies twice to the same part of the data');
    }
    if (reached !== undefined) {
      reached.add(place);
      return null;
    }
    const tags = tagsText(schema);
    if (tags !== '' && followed.get(schema)?.has(place) === false) return null;
    returns.set(schema, new Set());
    const base = baseOf(schema, around);
    for (const child of appliedBy(schema, base)) {
      const deeper = child.place === '' ? place : `${place}${tags}${child.place}`;
      const fault = visit(child.schema, base, deeper);
      if (fault !== null) return fault;
    }
    returns.delete(schema);
    if (tags !== '') followed.set(schema, (followed.get(schema) ?? new Set()).add(place));
    return null;
  };
  return visit(root, root, '');
}

function tagsText(schema: JsonObject): string {
  const values = tagsOf(schema).map(({ name, schema: tag }) => [name, tag['const'] ?? tag['enum'] ?? null]);
  return values.length === 0 ? '' : JSON.stringify(values);
}

/** The schemas that a schema applies to a value or its parts, those that it refers to included. */
function appliedBy(
  schema: JsonObject,
  base: JsonObject,
): readonly Readonly<{ schema: JsonObject; place: string }>[] {
  const applied = subschemasOf(schema).flatMap(({ schema: child, place }) =>
    place === null ? [] : [{ schema: child, place }],
  );
  for (const ref of referencesOf(schema)) {
    const target = refTarget(base, ref);
    if (isJsonObject(target)) applied.push({ schema: target, place: '' });
  }
  return applied;
}
