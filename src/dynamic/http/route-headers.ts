import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { deprecationOf } from './deprecation.ts';

/** The headers of every response of a route, made once for each route. */
export type RouteHeaders = Readonly<{
  /** Flat list of names and values. */
  lines: readonly string[];
  /** The function's own headers that they replace. */
  replaced: readonly string[];
}>;

/** Routes remain the same objects across snapshots while their row is unchanged. */
const known = new WeakMap<RouteDefinition, RouteHeaders>();

/** The headers of a route's responses. */
export function routeHeaders(route: RouteDefinition): RouteHeaders {
  const found = known.get(route);
  if (found !== undefined) return found;
  const deprecation = deprecationOf(route);
  const lines = ['x-workflow', encodeURIComponent(route.slug)];
  const made: RouteHeaders =
    deprecation === null
      ? { lines, replaced: [] }
      : { lines: [...lines, 'deprecation', deprecation], replaced: ['deprecation'] };
  known.set(route, made);
  return made;
}
