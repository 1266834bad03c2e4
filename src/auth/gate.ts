import type { Problem } from '../errors.ts';
import { accessTo } from './access-rules.ts';
import type { KeyLimits } from './key-limits.ts';
import type { Caller, KeyRing } from './key-ring.ts';
import { isLocalHost, isLocalOrigin } from './local-names.ts';
import {
  authUnavailable,
  foreignHost,
  foreignOrigin,
  keyInvalid,
  keyMissing,
  limitReached,
  scopeMissing,
} from './refusals.ts';

/** Whether a request may go on to its route, and as whom. */
export type Admission =
  | Readonly<{ kind: 'admitted'; caller: Caller | null }>
  | Readonly<{ kind: 'refused'; problem: Problem | 'nowhere' }>;

/** What the gate looks at. */
export type Knock = Readonly<{
  /** As it was sent, nothing decoded, without the query. */
  path: string;
  headers: Pick<Headers, 'get'>;
}>;

export type Gate = (knock: Knock) => Admission;

const admitted: Admission = { kind: 'admitted', caller: null };
/** Asked by supervisors, which call a process by its address. */
export const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

export type KeyGateOptions = Readonly<{
  /** The keys as they are known, or null where they are not, or not any more. */
  ring: () => KeyRing | null;
  limits: KeyLimits;
  /** Milliseconds since 1970. */
  nowMs: () => number;
}>;

/**
 * The gate of AUTH=required: asked once for each request before any route is, so that no route can lack it. What the
 * access rules do not name is nowhere, for everybody.
 */
export function createKeyGate({ ring, limits, nowMs }: KeyGateOptions): Gate {
  return ({ path, headers }) => {
    const need = accessTo(path);
    if (need === 'open') return admitted;
    const key = keyOf(headers);
    if (key === null) return refused(keyMissing);
    const keys = ring();
    if (keys === null) return refused(authUnavailable);
    const now = nowMs();
    const verdict = keys.judge(key, now);
    if (verdict.kind !== 'valid') return refused(keyInvalid(verdict.kind));
    const { caller } = verdict;
    if (need === 'nowhere') return { kind: 'refused', problem: 'nowhere' };
    if (!caller.grants(need)) return refused(scopeMissing(need));
    const limited = limits.take(caller, now);
    return limited === null ? { kind: 'admitted', caller } : refused(limitReached(limited));
  };
}

export type OpenGateOptions = Readonly<{ allowedHosts: readonly string[]; corsOrigins: readonly string[] }>;

/** The gate of AUTH=off: no key is asked for, but only this machine's own pages and names are let in. */
export function createOpenGate({ allowedHosts, corsOrigins }: OpenGateOptions): Gate {
  return ({ path, headers }) => {
    if (probes.has(path)) return admitted;
    const host = headers.get('host') ?? 'localhost';
    if (!isLocalHost(host, allowedHosts)) return refused(foreignHost(host));
    const origin = headers.get('origin');
    if (origin !== null && !isLocalOrigin(origin, allowedHosts, corsOrigins))
      return refused(foreignOrigin(origin));
    return admitted;
  };
}

/** `Authorization: Bearer` (RFC 6750 section 2.1; the scheme's case does not matter), else `X-API-Key`. */
function keyOf(headers: Knock['headers']): string | null {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token !== undefined) return token;
  }
  const key = headers.get('x-api-key');
  return key === null || key === '' ? null : key;
}

function refused(problem: Problem): Admission {
  return { kind: 'refused', problem };
}
