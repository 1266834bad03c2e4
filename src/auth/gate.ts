import type { Problem } from '../errors.ts';
import { runPrefix } from '../schemas/run-prefix.ts';
import { accessTo } from './access-rules.ts';
import type { KeyLimits } from './key-limits.ts';
import type { Caller, KeyRing } from './key-ring.ts';
import { isLocalHost, isLocalOrigin } from './local-names.ts';
import {
  authUnavailable,
  crossSite,
  foreignHost,
  foreignOrigin,
  keyMissing,
  keyUnknown,
  keyUnusable,
  limitReached,
  scopeMissing,
} from './refusals.ts';
import { misplacedKey, sentKey } from './sent-key.ts';

/** Whether a request may proceed to its route, or why not. Many refused requests have a known key, too; `keyId` is its id. */
export type Admission =
  | Readonly<{ kind: 'admitted'; caller: Caller | null }>
  | Readonly<{ kind: 'refused'; problem: Problem | 'not_found'; keyId: string | null }>;

/** The parts of a request that the gate checks. */
export type AuthRequest = Readonly<{
  method: string;
  /** Normalized, without the query; nothing is decoded. */
  path: string;
  /** As it was sent, without its `?`. */
  query: string;
  /** The requested host: from the request target, else from the Host header. */
  host: string | undefined;
  /** By lower-case name. */
  header: (name: string) => string | undefined;
}>;

export type Gate = (request: AuthRequest) => Admission;

const admitted: Admission = { kind: 'admitted', caller: null };
/** Requested by supervisors, which address a process by its IP address, so the Host header is not checked. */
export const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

export type KeyGateOptions = Readonly<{
  /** The known keys; null if none could be loaded yet or they are too old. */
  ring: () => KeyRing | null;
  limits: KeyLimits;
  /** Monotonic time in milliseconds. */
  now: () => number;
  /** The database's time at a moment of that clock, in milliseconds since 1970. */
  databaseTimeAt: (nowMs: number) => number;
}>;

/**
 * Creates the gate for AUTH=required. It checks every request once, before routing, so that no route can lack it. Paths
 * without an access rule are not found, whatever the scopes of the key.
 */
export function createKeyGate({ ring, limits, now, databaseTimeAt }: KeyGateOptions): Gate {
  return ({ path, query, header }) => {
    const need = accessTo(path);
    if (need === 'open') return admitted;
    const key = sentKey(header);
    if (key === null) return refused(keyMissing(misplacedKey(header, query)));
    const keys = ring();
    if (keys === null) return refused(authUnavailable);
    const nowMs = now();
    const databaseMs = databaseTimeAt(nowMs);
    const verdict = keys.verify(key, databaseMs);
    if (verdict.kind === 'unknown') return refused(keyUnknown(misplacedKey(header, query)));
    if (verdict.kind !== 'valid') return refused(keyUnusable(verdict.kind), verdict.keyId);
    const { caller } = verdict;
    if (need === 'not_found') return refused('not_found', caller.keyId);
    if (!caller.grants(need)) return refused(scopeMissing(need), caller.keyId);
    const limited = limits.take(caller, nowMs, databaseMs);
    return limited === null ? { kind: 'admitted', caller } : refused(limitReached(limited), caller.keyId);
  };
}

export type OpenGateOptions = Readonly<{ allowedHosts: readonly string[]; corsOrigins: readonly string[] }>;

/** Creates the gate for AUTH=off: no key is required, but only local host names and pages are accepted, and configured ones. */
export function createOpenGate({ allowedHosts, corsOrigins }: OpenGateOptions): Gate {
  return ({ method, path, host = 'localhost', header }) => {
    if (probes.has(path)) return admitted;
    if (!isLocalHost(host, allowedHosts)) return refused(foreignHost(host));
    const origin = header('origin');
    if (origin !== undefined) {
      const isLocal = isLocalOrigin(origin, allowedHosts, corsOrigins);
      return isLocal ? admitted : refused(foreignOrigin(origin));
    }
    const site = foreignSite(host, header);
    return site !== null && !isNavigation(method, path, header) ? refused(crossSite(site)) : admitted;
  };
}

/**
 * The Sec-Fetch-Site of a request that a foreign page made, else null (Fetch Metadata). Images, links, forms and no-cors fetches
 * send no Origin with GET, but browsers add Sec-Fetch-Site. Pages of the same site are other local pages where the host is
 * local, and else pages of its sibling domains, which are as foreign.
 */
function foreignSite(host: string, header: AuthRequest['header']): string | null {
  const site = header('sec-fetch-site');
  const isForeign = site === 'cross-site' || (site === 'same-site' && !isLocalHost(host, []));
  return isForeign ? site : null;
}

/** Whether a user followed a link to one of Rowgate's own pages, which has no side effects. */
function isNavigation(method: string, path: string, header: AuthRequest['header']): boolean {
  return method === 'GET' && header('sec-fetch-mode') === 'navigate' && !path.startsWith(runPrefix);
}

function refused(problem: Problem | 'not_found', keyId: string | null = null): Admission {
  return { kind: 'refused', problem, keyId };
}
