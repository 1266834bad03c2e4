/** How much a key may be used; null: without a limit. */
export type KeyLimitSettings = Readonly<{
  requests_per_second: number | null;
  /** How many requests may come at once; null: as many as in a second. */
  burst: number | null;
  /** Requests per month (UTC). */
  monthly_quota: number | null;
}>;

/** A usable key as it is kept in memory: who may do what, and until when. Times are seconds since 1970, never NaN. */
export type ApiKeyRecord = KeyLimitSettings &
  Readonly<{
    id: string;
    name: string;
    /** SHA-256 of the key, in hexadecimal. */
    key_hash: string;
    /** The secret before the last rotation. */
    previous: Readonly<{ key_hash: string; expires_at_seconds: number }> | null;
    scopes: readonly string[];
    /** Infinity: never; -Infinity: it has expired, or its expiry cannot be read. */
    expires_at_seconds: number;
  }>;

/** A column of a key's row that cannot be read. No member ever contains a hash. */
export type KeyFault = Readonly<{
  /** The column to fix, or null if the whole row is meant. */
  column: string | null;
  cause: string;
  /** What it means for the key. */
  effect: string;
  fix: string;
}>;

/**
 * The result of validating one row of rowgate.api_keys on its own. A usable key may have faults, too: in the secret before
 * its last rotation, which is then refused, and in its expiry, which then counts as passed. The hashes of a refused key are
 * kept so that its caller learns why.
 */
export type ParsedKey = Readonly<{ id: string | null; name: string | null; faults: readonly KeyFault[] }> &
  (
    | Readonly<{ status: 'usable'; record: ApiKeyRecord }>
    | Readonly<{ status: 'revoked' | 'invalid'; hashes: readonly string[] }>
  );
