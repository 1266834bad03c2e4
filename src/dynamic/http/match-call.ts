import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { runPrefix } from '../../schemas/run-prefix.ts';
import type { AdmittedRequest } from '../../server/admitted-request.ts';
import type { RegistryStore } from '../registry/store.ts';

/** A mounted route, and the version of the snapshot that it belongs to. */
export type MatchedCall = Readonly<{ route: RouteDefinition; registryVersion: string }>;

/** Returns the route that a request calls, from one reading of the current snapshot; undefined if it calls none. */
export function matchCall(
  store: RegistryStore,
  { method, target }: AdmittedRequest,
): MatchedCall | undefined {
  if (!target.path.startsWith(runPrefix)) return undefined;
  const snapshot = store.current();
  const route = snapshot?.table.match(target.path);
  if (snapshot === undefined || route === undefined || !isMethodOf(route, method)) return undefined;
  return { route, registryVersion: snapshot.version };
}

/** HEAD is GET without the body of its response (RFC 9110 section 9.3.2). */
function isMethodOf(route: RouteDefinition, method: string): boolean {
  return method === route.method || (method === 'HEAD' && route.method === 'GET');
}
