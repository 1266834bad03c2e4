import { hashOfKey } from '../../src/auth/key-format.ts';
import type { ApiKeyRecord, ParsedKey } from '../../src/schemas/api-key.ts';
import { parseKey } from '../../src/schemas/parse-key.ts';

/** The row of a key that may do everything, without limits, as JSON has it; `over` replaces columns. */
export function keyRow(
  key: string,
  over: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    id: 'id',
    name: 'name',
    key_hash: hashOfKey(key),
    previous_key_hash: null,
    previous_expires_at_seconds: null,
    scopes: ['admin'],
    requests_per_second: null,
    burst: null,
    monthly_quota: null,
    expires_at_seconds: null,
    is_revoked: false,
    ...over,
  };
}

/** The same row, validated. */
export function parsedKey(key: string, over: Readonly<Record<string, unknown>> = {}): ParsedKey {
  return parseKey(keyRow(key, over));
}

/** The record of a usable key; `over` replaces columns. */
export function keyRecord(key: string, over: Readonly<Record<string, unknown>> = {}): ApiKeyRecord {
  const parsed = parsedKey(key, over);
  if (parsed.status !== 'usable') throw new Error(`The key is ${parsed.status}: ${JSON.stringify(parsed)}`);
  return parsed.record;
}
