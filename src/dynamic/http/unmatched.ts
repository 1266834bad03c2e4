import type { Caller } from '../../auth/key-ring.ts';
import type { Problem } from '../../errors.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { runPrefix } from '../../schemas/run-prefix.ts';
import type { AdmittedRequest } from '../../server/admitted-request.ts';
import type { RegistryStore } from '../registry/store.ts';
import { createPathHints } from './path-hints.ts';
import { routeHeaders } from './route-headers.ts';
import { methodNotAllowed, notReady, routeNotFound } from './routing-problems.ts';

/** The response to a request below /run/ that calls no function. */
export type Unmatched =
  | Readonly<{ kind: 'problem'; problem: Problem; slug: string | undefined; lines: readonly string[] }>
  /** RFC 9110 section 9.3.7: the methods of a route. */
  | Readonly<{ kind: 'options'; allow: string }>;

/**
 * Decides how to respond to requests below /run/ that match no call: no registry yet, no such path, OPTIONS, another method.
 *
 * @param now monotonic time in milliseconds.
 */
export function createUnmatched(store: RegistryStore, now: () => number) {
  const hints = createPathHints(now);
  return async ({ method, target, caller }: AdmittedRequest): Promise<Unmatched> => {
    const snapshot = store.current();
    const route = snapshot?.table.match(target.path);
    if (snapshot === undefined) return { kind: 'problem', problem: notReady, slug: undefined, lines: [] };
    if (route === undefined) {
      const nearest = await hints(target.path, snapshot.table, (path) => mayCall(caller, path));
      const problem = routeNotFound(target.path, nearest);
      return { kind: 'problem', problem, slug: undefined, lines: [] };
    }
    if (method === 'OPTIONS') return { kind: 'options', allow: allowedMethods(route) };
    const lines = [...routeHeaders(route).lines, 'x-registry-version', snapshot.version];
    return { kind: 'problem', problem: methodNotAllowed(method, route), slug: route.slug, lines };
  };
}

/** A path that a key may not call is not shown to it: it could be another customer's. */
function mayCall(caller: Caller | null, path: string): boolean {
  return caller === null || caller.grants({ runPath: path.slice(runPrefix.length) });
}

function allowedMethods({ method }: RouteDefinition): string {
  return method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`;
}
