/** A usable key as it is held in memory: who may do what, and until when. Times are ISO 8601. */
export type ApiKeyRecord = Readonly<{
  id: string;
  name: string;
  /** SHA-256 of the key, in hexadecimal. */
  key_hash: string;
  previous_key_hash: string | null;
  previous_expires_at: string | null;
  scopes: readonly string[];
  requests_per_second: number | null;
  burst: number | null;
  monthly_quota: number | null;
  expires_at: string | null;
}>;

/** A column of a key's row that cannot be read. No member ever holds a hash. */
export type KeyFault = Readonly<{
  /** The column to fix, or null where the row as a whole is meant. */
  column: string | null;
  cause: string;
  /** What it means for the key. */
  effect: string;
  fix: string;
}>;

/**
 * What one row of rowgate.api_keys amounts to, by itself. A usable key may have faults, too: of the secret before its last
 * rotation, which is then refused. The hashes of a key that lets nobody in serve to tell its caller why.
 */
export type ParsedKey = Readonly<{ id: string | null; name: string | null; faults: readonly KeyFault[] }> &
  (
    | Readonly<{ status: 'usable'; record: ApiKeyRecord }>
    | Readonly<{ status: 'revoked' | 'invalid'; hashes: readonly string[] }>
  );
