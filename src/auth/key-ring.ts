import type { KeyLimitSettings, ParsedKey } from '../schemas/api-key.ts';
import { type Grants, grantsOf } from '../schemas/scope.ts';
import { hashOfKey, isKeyShaped } from './key-format.ts';

/** The owner of a valid key. */
export type Caller = Readonly<{
  keyId: string;
  name: string;
  scopes: readonly string[];
  grants: Grants;
  limits: KeyLimitSettings;
}>;

export type KeyVerdict =
  | Readonly<{ kind: 'valid'; caller: Caller }>
  | Readonly<{ kind: 'unknown' }>
  /** `keyId` is null if the id column is invalid, too. */
  | Readonly<{ kind: 'revoked' | 'expired' | 'invalid'; keyId: string | null }>;

/** All keys by hash, at one version. Immutable: a change creates a new ring. */
export type KeyRing = Readonly<{
  size: number;
  /** @param nowMs the database's time in milliseconds since 1970, which decides whether keys have expired. */
  verify: (key: string, nowMs: number) => KeyVerdict;
}>;

type Secret = Readonly<{ hash: string }> &
  (
    | Readonly<{ status: 'usable'; caller: Caller; endsAtMs: number }>
    | Readonly<{ status: 'revoked' | 'invalid'; keyId: string | null }>
  );

/** The number of cached keys, which need not be hashed again: more than callers use at any one time. */
const maxRecent = 1_000;

/**
 * Creates the ring. Keys are looked up by their SHA-256, which a nearly correct guess does not share, so the time of a lookup
 * reveals nothing. Keys that were found are cached in plain text until the ring is replaced: hashing takes 1.5 of the 3 µs
 * per key (docs/decisions/0011).
 */
export function createKeyRing(keys: readonly ParsedKey[]): KeyRing {
  const byHash = byPrecedence(keys.flatMap(secretsOf));
  const recent = new Map<string, Secret>();
  const find = (key: string): Secret | undefined => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const found = isKeyShaped(key) ? byHash.get(hashOfKey(key)) : undefined;
    if (found === undefined) return undefined;
    if (recent.size >= maxRecent) recent.clear();
    // A copy, so that the header it was cut from does not stay in memory.
    recent.set(Buffer.from(key).toString(), found);
    return found;
  };
  return {
    size: keys.length,
    verify: (key, nowMs) => {
      const found = find(key);
      if (found === undefined) return { kind: 'unknown' };
      if (found.status !== 'usable') return { kind: found.status, keyId: found.keyId };
      // Written so that a NaN on either side never makes a key valid.
      const { caller } = found;
      return nowMs < found.endsAtMs ? { kind: 'valid', caller } : { kind: 'expired', keyId: caller.keyId };
    },
  };
}

function secretsOf(key: ParsedKey): readonly Secret[] {
  if (key.status !== 'usable') return key.hashes.map((hash) => ({ status: key.status, hash, keyId: key.id }));
  const { record } = key;
  const { id, name, scopes, key_hash: current, previous, expires_at_seconds: endsAt } = record;
  const caller = { keyId: id, name, scopes, grants: grantsOf(scopes), limits: record };
  const secret = (hash: string, until: number): Secret => ({
    status: 'usable',
    hash,
    caller,
    endsAtMs: until * 1_000,
  });
  const currentSecret = secret(current, endsAt);
  if (previous === null) return [currentSecret];
  return [secret(previous.key_hash, Math.min(endsAt, previous.expires_at_seconds)), currentSecret];
}

/** If rows share a hash, a revoked one takes precedence, and an invalid one does not affect the others. */
function byPrecedence(secrets: readonly Secret[]): ReadonlyMap<string, Secret> {
  const ordered = (['invalid', 'usable', 'revoked'] as const).flatMap((status) =>
    secrets.filter((each) => each.status === status),
  );
  return new Map(ordered.map((each) => [each.hash, each]));
}
