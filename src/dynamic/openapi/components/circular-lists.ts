import type { JsonObject } from '../../../json-schema/json.ts';

/** A reference between two models that is nested only in lists and alternatives. */
export type Edge = Readonly<{ from: JsonObject; to: JsonObject }>;

/**
 * Returns a function that tells which of these references lead back to their own model through others of them. TypeScript
 * rejects such a type as "referenced directly or indirectly in its own type annotation" (TS2502), and with it the whole
 * output of openapi-typescript; a member of an object breaks the cycle.
 */
export function circularLists(edges: readonly Edge[]): (edge: Edge) => boolean {
  const next = Map.groupBy(edges, ({ from }) => from);
  const reachable = new Map<JsonObject, ReadonlySet<JsonObject>>();
  const reachableFrom = (model: JsonObject): ReadonlySet<JsonObject> => {
    const known = reachable.get(model);
    if (known !== undefined) return known;
    const found = new Set([model]);
    for (const each of found) for (const { to } of next.get(each) ?? []) found.add(to);
    reachable.set(model, found);
    return found;
  };
  return ({ from, to }) => next.has(from) && reachableFrom(to).has(from);
}
