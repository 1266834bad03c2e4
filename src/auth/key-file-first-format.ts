import { isJsonObject, type JsonValue } from '../json-schema/json.ts';

/** ISO 8601 with an offset, as Postgres writes a timestamptz of the years 1 to 9999 in JSON. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d$/;

/** Not a valid time, so that validation rejects the row. */
const unreadable = '(unreadable)';

/**
 * Converts a row of the format `rowgate-keys-1`, whose times are strings, to the current format: after an upgrade, a start
 * while the database is unavailable must still have its keys.
 */
export function fromFirstFormat(row: unknown): unknown {
  if (!isJsonObject(row)) return row;
  const { expires_at: expiresAt, previous_expires_at: previousExpiresAt, revoked_at: revokedAt } = row;
  return {
    ...row,
    expires_at_seconds: secondsOf(expiresAt),
    previous_expires_at_seconds: secondsOf(previousExpiresAt),
    is_revoked: revokedAt === undefined ? undefined : revokedAt !== null,
  };
}

function secondsOf(time: JsonValue | undefined): JsonValue {
  if (time === null) return null;
  if (time === 'infinity') return 'Infinity';
  if (time === '-infinity') return '-Infinity';
  return typeof time === 'string' && timestamp.test(time) ? Date.parse(time) / 1_000 : unreadable;
}
