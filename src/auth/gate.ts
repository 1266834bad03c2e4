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

/** Whether a request may go on to its route, or why not; the id of its key is known for many refused requests too. */
export type Admission =
  | Readonly<{ kind: 'admitted'; caller: Caller | null }>
  | Readonly<{ kind: 'refused'; problem: Problem | 'not_found'; keyId: string | null }>;

/** What the gate looks at. */
export type AuthRequest = Readonly<{
  method: string;
  /** Normalized, without the query; nothing is decoded. */
  path: string;
  /** As it was sent, without its `?`. */
  query: string;
  /** The host that the request is for: from its target, else from its Host header. */
  host: string | undefined;
  /** By lower-case name. */
  header: (name: string) => string | undefined;
}>;

export type Gate = (request: AuthRequest) => Admission;

const admitted: Admission = { kind: 'admitted', caller: null };
/** Requested by supervisors, which reach a process by its address. */
export const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

export type KeyGateOptions = Readonly<{
  /** The known keys, or null where they are unknown or too old. */
  ring: () => KeyRing | null;
  limits: KeyLimits;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** The database's time at a moment of that clock, in milliseconds since 1970. */
  databaseTimeAt: (nowMs: number) => number;
}>;

/**
 * The gate of AUTH=required: applied once to each request before any route, so that no route can lack it. Paths without
 * an access rule are not found, for everybody.
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

/** The gate of AUTH=off: no key is needed, but only this machine's own pages and host names are let in. */
export function createOpenGate({ allowedHosts, corsOrigins }: OpenGateOptions): Gate {
  return ({ method, path, host = 'localhost', header }) => {
    if (probes.has(path)) return admitted;
    if (!isLocalHost(host, allowedHosts)) return refused(foreignHost(host));
    const origin = header('origin');
    if (origin !== undefined) {
      const isLocal = isLocalOrigin(origin, allowedHosts, corsOrigins);
      return isLocal ? admitted : refused(foreignOrigin(origin));
    }
    return isCrossSite(header) && !isNavigation(method, path, header) ? refused(crossSite) : admitted;
  };
}

/**
 * Whether a page of another site made this request (Fetch Metadata): an image, a link, a form or a no-cors fetch sends no
 * Origin with GET, but browsers send Sec-Fetch-Site.
 */
function isCrossSite(header: AuthRequest['header']): boolean {
  return header('sec-fetch-site') === 'cross-site';
}

/** Whether somebody followed a link to one of our pages, which changes nothing. */
function isNavigation(method: string, path: string, header: AuthRequest['header']): boolean {
  return method === 'GET' && header('sec-fetch-mode') === 'navigate' && !path.startsWith(runPrefix);
}

function refused(problem: Problem | 'not_found', keyId: string | null = null): Admission {
  return { kind: 'refused', problem, keyId };
}
