import type { Problem } from '../../errors.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';

/** The problem while no registry has been loaded. */
export const notReady: Problem = {
  code: 'not_ready',
  detail: 'This gateway has not loaded its registry yet, so it has no routes.',
  headers: { 'retry-after': '1' },
};

/**
 * The problem of a path without a route.
 *
 * @param nearest registered paths similar to the requested one, best first.
 */
export function routeNotFound(path: string, nearest: readonly string[]): Problem {
  const [best] = nearest;
  const hint = best === undefined ? '' : ` Did you mean ${best}?`;
  return {
    code: 'route_not_found',
    detail: `No workflow is mounted at ${path.slice(0, 200)}.${hint}`,
    extra: { nearest },
  };
}

/** The problem of a request whose method is not the route's. */
export function methodNotAllowed(method: string, route: RouteDefinition): Problem {
  return {
    code: 'method_not_allowed',
    detail: `${route.path} supports ${route.method}, not ${method}.`,
    headers: { allow: route.method === 'GET' ? 'GET, HEAD' : route.method },
  };
}
