import type { RegistryEntry } from './registry-entry.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { TextIndex } from './text-index.ts';

/** The index of one snapshot's routes. Immutable: a reload makes a new one. */
export type RouteTable = Readonly<{
  size: number;
  routes: () => Iterable<RouteDefinition>;
  /** The route at exactly this path, except that `/run/x/` is the same as `/run/x`. Nothing is decoded. */
  match: (path: string) => RouteDefinition | undefined;
  /** In no particular order. */
  paths: () => Iterable<string>;
}>;

/**
 * The route table of these entries. Hono's router takes no routes after its first match and stalls 1.8 s at 100,000.
 *
 * @param entries those with a definition are routes.
 * @param byPath the places of the routes among the entries.
 */
export function createRouteTable(
  entries: readonly Pick<RegistryEntry, 'definition'>[],
  byPath: TextIndex,
  size: number,
): RouteTable {
  const routes = (): Iterable<RouteDefinition> =>
    entries.values().flatMap(({ definition }) => (definition === null ? [] : [definition]));
  return Object.freeze({
    size,
    routes,
    match: (path: string) => {
      const place = byPath.find(path.endsWith('/') ? path.slice(0, -1) : path);
      return place === undefined ? undefined : (entries[place]?.definition ?? undefined);
    },
    paths: () => Iterator.from(routes()).map(({ path }) => path),
  });
}
