import type { RegistryEntry } from './registry-entry.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { ShardedMap } from './sharded-map.ts';

/** The index of one snapshot's routes. Immutable: a reload makes a new one. */
export type RouteTable = Readonly<{
  size: number;
  routes: () => Iterable<RouteDefinition>;
  /** The route at exactly this path, where `/run/x/` is the same as `/run/x`. Nothing is decoded. */
  match: (path: string) => RouteDefinition | undefined;
  /** In no particular order. */
  paths: () => Iterable<string>;
}>;

/**
 * The table of a snapshot's routes. Paths match exactly, so a map is all it takes; Hono's router accepts no routes after
 * its first match and stalls for 1.8 s at 100,000.
 *
 * @param entries those with a definition are routes.
 * @param indexByPath the index among the entries of the one that serves each path.
 */
export function createRouteTable(
  entries: readonly Pick<RegistryEntry, 'definition'>[],
  indexByPath: Pick<ShardedMap<number>, 'get'>,
  size: number,
): RouteTable {
  const routes = (): Iterable<RouteDefinition> =>
    entries.values().flatMap(({ definition }) => (definition === null ? [] : [definition]));
  return Object.freeze({
    size,
    routes,
    match: (path: string) => {
      const index = indexByPath.get(path.endsWith('/') ? path.slice(0, -1) : path);
      return index === undefined ? undefined : (entries[index]?.definition ?? undefined);
    },
    paths: () => Iterator.from(routes()).map(({ path }) => path),
  });
}
