import { runPrefix } from '../schemas/run-prefix.ts';
import type { Need } from '../schemas/scope.ts';

/** The access rule of a path: open, a required scope, or not_found if nothing exists there. */
export type Access = 'open' | 'not_found' | Need;

const read: Need = { scope: 'read' };

/** Fixed routes, by exact path or by pattern. A route that is missing here cannot be reached. */
const byPath: ReadonlyMap<string, Access> = new Map<string, Access>([
  ['/', 'open'],
  ['/healthz', 'open'],
  ['/readyz', 'open'],
  ['/docs', 'open'],
  ['/redoc', 'open'],
  ['/.well-known/api-catalog', 'open'],
  // Linked to by the type of every problem (RFC 9457 section 3.1.1), key problems included; reveals nothing of the registry.
  ['/errors', 'open'],
  ['/metrics', read],
  ['/openapi.json', read],
  ['/api/enrichment/audit', read],
  ['/openapi.yaml', read],
  ['/api/enrichment/status', read],
  ['/api/enrichment/registry/wait', read],
  ['/api/enrichment/workflows', read],
]);
const byPattern: readonly (readonly [RegExp, Access])[] = [
  [/^\/docs\/assets\/[a-z0-9-]+(?:\.[a-z0-9]+)+$/, 'open'],
  [/^\/api\/enrichment\/workflows\/[^/]+$/, read],
];

/**
 * Returns the access rule of a path. All rules are in this file and apply before any route. As in routing, paths are compared
 * as sent, less one trailing slash; any other spelling is not found.
 */
export function accessTo(path: string): Access {
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (plain.startsWith(runPrefix)) return { runPath: plain.slice(runPrefix.length) };
  const known = byPath.get(plain);
  if (known !== undefined) return known;
  return byPattern.find(([pattern]) => pattern.test(plain))?.[1] ?? 'not_found';
}
