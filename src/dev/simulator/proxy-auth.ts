import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './faults.ts';

/** A proxy-auth token: what `Modal-Key` and `Modal-Secret` must carry (Modal guide, webhook-proxy-auth). */
export type ProxyAuth = Readonly<{ key: string; secret: string }>;

const CREDENTIALS = new Set(['modal-key', 'modal-secret']);

function isProhibited(name: string): boolean {
  return name.startsWith('modal-') && !CREDENTIALS.has(name);
}

/**
 * What the platform refuses by the request's `modal-*` headers, if anything. docs/modal.md says that it refuses "some" of a
 * caller's own; here it is all but the credentials, so that a gateway which leaks one is caught.
 */
export function refuseByHeaders(
  headers: IncomingHttpHeaders,
  proxyAuth: ProxyAuth | undefined,
): Refusal | undefined {
  if (Object.keys(headers).some(isProhibited)) return 'prohibited-header';
  if (proxyAuth === undefined) return undefined;
  const { 'modal-key': key, 'modal-secret': secret } = headers;
  if (key === undefined || secret === undefined) return 'auth-missing';
  return key === proxyAuth.key && secret === proxyAuth.secret ? undefined : 'auth-invalid';
}
