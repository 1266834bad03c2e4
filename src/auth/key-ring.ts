import type { ApiKeyRecord, ParsedKey } from '../schemas/api-key.ts';
import { type Grants, grantsOf } from '../schemas/scope.ts';
import { hashOfKey, isKeyShaped } from './api-key.ts';

/** A key that was found good. */
export type Caller = Readonly<{ keyId: string; name: string; record: ApiKeyRecord; grants: Grants }>;

export type KeyVerdict =
  | Readonly<{ kind: 'valid'; caller: Caller }>
  | Readonly<{ kind: 'unknown' | 'revoked' | 'expired' | 'invalid' }>;

/** All keys by hash, at one version. Immutable: a change makes a new one. */
export type KeyRing = Readonly<{
  size: number;
  /** @param nowMs milliseconds since 1970, by which keys expire. */
  verify: (key: string, nowMs: number) => KeyVerdict;
}>;

type Held = Readonly<{ hash: string }> &
  (
    | Readonly<{ status: 'usable'; caller: Caller; endsAtMs: number }>
    | Readonly<{ status: 'revoked' | 'invalid' }>
  );

/** Keys whose hash need not be made again: more than callers have at work at once. */
const maxRecent = 1_000;

/**
 * Makes the ring. Keys are looked up by their SHA-256, of which a guess that is nearly right shares nothing, so that how
 * long the look takes says nothing about how near it is. Those that were found are known again as they came, until the ring is
 * replaced: of the 3 µs that a key takes, 1.5 are its hash (docs/decisions/0011).
 */
export function createKeyRing(keys: readonly ParsedKey[]): KeyRing {
  const byHash = byPrecedence(keys.flatMap(heldOf));
  const recent = new Map<string, Held>();
  const find = (key: string): Held | undefined => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const found = isKeyShaped(key) ? byHash.get(hashOfKey(key)) : undefined;
    if (found === undefined) return undefined;
    if (recent.size >= maxRecent) recent.clear();
    // A copy: the header that it is a part of is not to be kept with it.
    recent.set(Buffer.from(key).toString(), found);
    return found;
  };
  return {
    size: keys.length,
    verify: (key, nowMs) => {
      const held = find(key);
      if (held === undefined) return { kind: 'unknown' };
      if (held.status !== 'usable') return { kind: held.status };
      // In this form, since a NaN on either side must not admit anybody.
      return nowMs < held.endsAtMs ? { kind: 'valid', caller: held.caller } : { kind: 'expired' };
    },
  };
}

function heldOf(key: ParsedKey): readonly Held[] {
  if (key.status !== 'usable') return key.hashes.map((hash) => ({ status: key.status, hash }));
  const { record } = key;
  const { id, name, scopes, key_hash: current, previous, expires_at_seconds: endsAt } = record;
  const caller = { keyId: id, name, record, grants: grantsOf(scopes) };
  const hold = (hash: string, until: number): Held => ({
    status: 'usable',
    hash,
    caller,
    endsAtMs: until * 1_000,
  });
  const currentSecret = hold(current, endsAt);
  if (previous === null) return [currentSecret];
  return [hold(previous.key_hash, Math.min(endsAt, previous.expires_at_seconds)), currentSecret];
}

/** Where rows share a hash: a revoked one decides, and an invalid one does not affect the others. */
function byPrecedence(held: readonly Held[]): ReadonlyMap<string, Held> {
  const ordered = (['invalid', 'usable', 'revoked'] as const).flatMap((status) =>
    held.filter((each) => each.status === status),
  );
  return new Map(ordered.map((each) => [each.hash, each]));
}
