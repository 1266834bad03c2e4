import type { Problem } from '../../errors.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';

/** What a request is told that no function can be found for. */
export const notReady: Problem = {
  code: 'not_ready',
  detail: 'This gateway has not loaded its registry yet, so it knows no routes.',
  headers: { 'retry-after': '1' },
};

/** @param nearest registered paths like the one asked for, the best first. */
export function routeNotFound(path: string, nearest: readonly string[]): Problem {
  const [best] = nearest;
  const hint = best === undefined ? '' : ` Did you mean ${best}?`;
  return {
    code: 'route_not_found',
    detail: `No workflow is mounted at ${path.slice(0, 200)}.${hint}`,
    extra: { nearest },
  };
}

export function methodNotAllowed(method: string, route: RouteDefinition): Problem {
  return {
    code: 'method_not_allowed',
    detail: `${route.path} takes ${route.method}, not ${method}.`,
    headers: { allow: route.method },
  };
}
