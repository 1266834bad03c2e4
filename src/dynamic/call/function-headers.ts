import type { Call } from './call.ts';

/** The header lines that the function gets: ours first, then the caller's as far as the call carries them. */
export function functionHeaders({ route, requestId, traceparent, headers }: Call): string[] {
  return ['host', route.functionUrl.host, 'x-request-id', requestId, 'traceparent', traceparent, ...headers];
}
