import { timingSafeEqual } from 'node:crypto';
import type { ApiKeyRecord } from '../schemas/api-key.ts';
import { type Grants, grantsOf } from '../schemas/scope.ts';
import { hashOfKey, isKeyShaped } from './api-key.ts';

/** A key that was found good. */
export type Caller = Readonly<{ keyId: string; name: string; record: ApiKeyRecord; grants: Grants }>;

export type KeyVerdict =
  | Readonly<{ kind: 'valid'; caller: Caller }>
  | Readonly<{ kind: 'unknown' | 'revoked' | 'expired' }>;

/** All keys by hash, at one version. Immutable: a change makes a new one. */
export type KeyRing = Readonly<{
  size: number;
  /** @param nowMs milliseconds since 1970, by which keys expire. */
  judge: (key: string, nowMs: number) => KeyVerdict;
}>;

type Held = Readonly<{ hash: Buffer; caller: Caller; endsAt: number; isRevoked: boolean }>;

/**
 * Makes the ring. Keys are looked up by their SHA-256, of which a guess that is nearly right shares nothing, so that how
 * long the look takes says nothing about how near it is.
 */
export function createKeyRing(records: readonly ApiKeyRecord[]): KeyRing {
  const byHash = new Map<string, Held>();
  for (const record of records) {
    const { id, name, scopes, key_hash: current, previous_key_hash: previous } = record;
    const caller = { keyId: id, name, record, grants: grantsOf(scopes) };
    const isRevoked = record.revoked_at !== null;
    const endsAt = timeOf(record.expires_at);
    const hold = (hash: string, until: number) =>
      byHash.set(hash, { hash: Buffer.from(hash), caller, endsAt: until, isRevoked });
    if (previous !== null) hold(previous, Math.min(endsAt, timeOf(record.previous_expires_at)));
    hold(current, endsAt);
  }
  return {
    size: records.length,
    judge: (key, nowMs) => {
      const hash = isKeyShaped(key) ? hashOfKey(key) : '';
      const held = byHash.get(hash);
      if (held === undefined || !timingSafeEqual(held.hash, Buffer.from(hash))) return { kind: 'unknown' };
      if (held.isRevoked) return { kind: 'revoked' };
      if (nowMs >= held.endsAt) return { kind: 'expired' };
      return { kind: 'valid', caller: held.caller };
    },
  };
}

function timeOf(iso: string | null): number {
  return iso === null ? Number.POSITIVE_INFINITY : Date.parse(iso);
}
