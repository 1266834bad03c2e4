import { hashOfKey } from '../../src/auth/api-key.ts';
import type { ApiKeyRecord } from '../../src/schemas/api-key.ts';

/** The record of a key that may do everything, without limits; `over` replaces members. */
export function keyRecord(key: string, over: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    id: 'id',
    name: 'name',
    key_hash: hashOfKey(key),
    previous_key_hash: null,
    previous_expires_at: null,
    scopes: ['admin'],
    requests_per_second: null,
    burst: null,
    monthly_quota: null,
    expires_at: null,
    revoked_at: null,
    ...over,
  };
}
