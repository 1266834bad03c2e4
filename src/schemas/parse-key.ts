import type { ApiKeyRecord, KeyFault, ParsedKey } from './api-key.ts';
import { isJsonObject, type JsonValue } from '../json-schema/json.ts';
import { quoted, withoutSecrets } from '../json-schema/quoted.ts';
import { isScope } from './scope.ts';

/** A column's value in JSON; undefined if the row has no such column. */
type JsonField = JsonValue | undefined;
/** The result of reading a column: its value, or why it cannot be read. */
type Column<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; fault: KeyFault }>;

const hashPattern = /^[0-9a-f]{64}$/;
const refused = 'The key is refused.';
const expired = 'The key counts as expired.';
const previousRefused = 'The secret before the last rotation is refused; the current one works.';
const clearPrevious = 'Set previous_key_hash and previous_expires_at to null.';
const replaceKey = 'Create another key with "npm run keys -- create" and revoke this one.';

/**
 * Validates one row of rowgate.api_keys, read as JSON: usable, revoked, or invalid with every fault at once. Never throws,
 * whatever the row contains: an invalid key must not affect the others. Does not rely on the table's CHECK constraints: a
 * null among scopes passes them, and the saved keys come from a file.
 */
export function parseKey(input: unknown): ParsedKey {
  if (!isJsonObject(input)) {
    const whole = { column: null, cause: 'The row is not a JSON object.', effect: refused, fix: replaceKey };
    return { status: 'invalid', id: null, name: null, hashes: [], faults: [whole] };
  }
  const id = readText('id', input['id'], replaceKey);
  const name = readText('name', input['name'], "Set name to the name of the key's owner.");
  const hash = readHash(input['key_hash']);
  const previous = readPrevious(input['previous_key_hash'], input['previous_expires_at_seconds']);
  const revoked = readFlag('revoked_at', input['is_revoked']);
  const hashes = [hash, previous].flatMap((column) => (column.ok ? (hashOf(column.value) ?? []) : []));
  const named = { id: id.ok ? id.value : null, name: name.ok ? name.value : null };
  if (revoked.ok && revoked.value) return { status: 'revoked', ...named, hashes, faults: [] };

  const scopes = readScopes(input['scopes']);
  const rate = readLimit('requests_per_second', input['requests_per_second']);
  const burst = readLimit('burst', input['burst']);
  const quota = readLimit('monthly_quota', input['monthly_quota']);
  const expiry = readExpiry(input['expires_at_seconds']);
  const columns = [id, name, hash, revoked, scopes, rate, burst, quota, expiry, previous];
  const faults = [
    ...columns.flatMap((column) => (column.ok ? [] : [column.fault])),
    ...(scopes.ok ? unknownScopes(scopes.value) : []),
  ];
  if (!id.ok || !name.ok || !hash.ok || !revoked.ok || !scopes.ok || !rate.ok || !burst.ok || !quota.ok)
    return { status: 'invalid', ...named, hashes, faults };
  const record = {
    id: id.value,
    name: name.value,
    key_hash: hash.value,
    previous: previous.ok ? previous.value : null,
    scopes: scopes.value,
    requests_per_second: rate.value,
    burst: burst.value,
    monthly_quota: quota.value,
    expires_at_seconds: expiry.ok ? expiry.value : Number.NEGATIVE_INFINITY,
  };
  return { status: 'usable', ...named, record, faults };
}

type Previous = ApiKeyRecord['previous'];

function hashOf(value: string | Previous): string | undefined {
  return typeof value === 'string' ? value : value?.key_hash;
}

function readText(column: string, value: JsonField, fix: string): Column<string> {
  if (typeof value === 'string' && value.trim() !== '') return { ok: true, value };
  return fault(column, `${column} must be text; it is ${shown(value)}.`, fix);
}

function readHash(value: JsonField): Column<string> {
  if (isHash(value)) return { ok: true, value };
  return fault('key_hash', 'key_hash must be 64 lower-case hexadecimal digits.', replaceKey);
}

function readPrevious(hash: JsonField, expiresAt: JsonField): Column<Previous> {
  if (hash === null) return { ok: true, value: null };
  if (!isHash(hash)) {
    const cause = 'previous_key_hash must be 64 lower-case hexadecimal digits, or null.';
    return fault('previous_key_hash', cause, clearPrevious, previousRefused);
  }
  const seconds = secondsOf(expiresAt);
  if (seconds !== null) return { ok: true, value: { key_hash: hash, expires_at_seconds: seconds } };
  const cause = `previous_expires_at must be a time where previous_key_hash is set; it is ${shown(expiresAt)}.`;
  return fault('previous_expires_at', cause, clearPrevious, previousRefused);
}

function readFlag(column: string, value: JsonField): Column<boolean> {
  if (typeof value === 'boolean') return { ok: true, value };
  return fault(column, `Whether ${column} is set must be true or false; it is ${shown(value)}.`, replaceKey);
}

function readScopes(value: JsonField): Column<readonly string[]> {
  const fix = "Set scopes to a list of scopes such as '{run:companies/**,read}', or revoke the key.";
  if (!Array.isArray(value))
    return fault('scopes', `scopes must be a list of scopes; it is ${shown(value)}.`, fix);
  const items: readonly JsonValue[] = value;
  const wrong = items.findIndex((item) => typeof item !== 'string');
  if (wrong >= 0) {
    const cause = `scopes must be a list of scopes; entry ${wrong + 1} is ${shown(items[wrong])}, which is not a scope.`;
    return fault('scopes', cause, fix);
  }
  if (items.length === 0) return fault('scopes', 'scopes must contain at least one scope; it is empty.', fix);
  return { ok: true, value: items.filter((item) => typeof item === 'string') };
}

/**
 * A scope that this version does not know may belong to a later one, or be a typo: it grants nothing, and the others apply.
 */
function unknownScopes(scopes: readonly string[]): readonly KeyFault[] {
  return scopes.flatMap((scope, index) =>
    isScope(scope)
      ? []
      : [
          {
            column: 'scopes',
            cause: `Entry ${index + 1} of scopes is ${shown(scope)}, which is not a scope.`,
            effect: 'It grants nothing; the other scopes of the key work.',
            fix: 'Correct or remove it; "npm run keys" lists the valid scopes.',
          },
        ],
  );
}

function readLimit(column: string, value: JsonField): Column<number | null> {
  if (value === null || (typeof value === 'number' && Number.isFinite(value) && value > 0))
    return { ok: true, value };
  const cause = `${column} must be a number above 0, or null; it is ${shown(value)}.`;
  return fault(column, cause, `Set ${column} to a number above 0, or to null for no limit.`);
}

function readExpiry(value: JsonField): Column<number> {
  if (value === null) return { ok: true, value: Number.POSITIVE_INFINITY };
  const seconds = secondsOf(value);
  if (seconds !== null) return { ok: true, value: seconds };
  const cause = `expires_at must be a time or null; it is ${shown(value)}.`;
  return fault('expires_at', cause, 'Set expires_at to a time, or to null for no expiry.', expired);
}

/** Seconds since 1970 as Postgres writes a double precision in JSON, where infinities are text; null for anything else. */
function secondsOf(value: JsonField): number | null {
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function isHash(value: JsonField): value is string {
  return typeof value === 'string' && hashPattern.test(value);
}

function fault(column: string, cause: string, fix: string, effect = refused): Column<never> {
  return { ok: false, fault: { column, cause, effect, fix } };
}

/** A value in a message: short, and without what could be a key or its hash. */
function shown(value: JsonField): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return quoted(withoutSecrets(value));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
