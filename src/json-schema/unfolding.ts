import { isJsonObject, type JsonObject } from './json.ts';
import { baseOf, referencesOf, refTarget } from './references.ts';
import { dangerous, type SchemaFault } from './schema-fault.ts';
import { subschemasOf } from './subschemas.ts';

/** Each may apply to one value of a body once. */
const maxUnfolded = 10_000;

/** The place in the data at which a schema was entered, and the deeper places at which it was reached again. */
type Entered = Readonly<{ place: string; returns: Set<string> }>;

/**
 * Follows references as a validator does, each recursion once. A schema that reaches itself at the same place in the data never
 * ends; one that reaches itself at the same deeper place twice doubles its work with each level of the data.
 */
export function unfoldingFault(root: JsonObject): SchemaFault | null {
  const entered = new Map<JsonObject, Entered>();
  let unfolded = 0;
  const visit = (schema: JsonObject, around: JsonObject, place: string): SchemaFault | null => {
    unfolded += 1;
    if (unfolded > maxUnfolded) {
      return dangerous(`unfolds to more than ${maxUnfolded} schemas when its references are followed`);
    }
    const before = entered.get(schema);
    if (before !== undefined) {
      if (before.place === place) return dangerous('has a circular reference');
      if (before.returns.has(place)) {
        return dangerous('has a recursive reference that applies twice to the same part of the data');
      }
      before.returns.add(place);
      return null;
    }
    entered.set(schema, { place, returns: new Set() });
    const base = baseOf(schema, around);
    for (const child of appliedBy(schema, base)) {
      const fault = visit(child.schema, base, place + child.place);
      if (fault !== null) return fault;
    }
    entered.delete(schema);
    return null;
  };
  return visit(root, root, '');
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
