import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './faults.ts';

/** A proxy-auth token: the values required of `Modal-Key` and `Modal-Secret` (Modal guide, webhook-proxy-auth). */
export type ProxyAuth = Readonly<{ key: string; secret: string }>;

const CREDENTIALS = new Set(['modal-key', 'modal-secret']);

function isProhibited(name: string): boolean {
  return name.startsWith('modal-') && !CREDENTIALS.has(name);
}

/**
 * Why the platform refuses the request's `modal-*` headers, if it does. Modal refuses some of a caller's own
 * (docs/modal.md); the simulator refuses all but the credentials, so that a gateway that leaks one is caught.
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
