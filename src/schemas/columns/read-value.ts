import { isShallow, type JsonValue, tooDeep } from '../../json-schema/json.ts';
import { sharedWord } from './shared-word.ts';

/** Whether a value can be read as text without guessing. */
export function isText(value: unknown): value is string | number | bigint | boolean {
  const type = typeof value;
  return type === 'string' || type === 'bigint' || type === 'boolean' || Number.isFinite(value);
}

/** Text as people leave it in tables: padded or empty text means the same as null, and so does a value of another type. */
export function readText(value: unknown): string | null {
  return isText(value) ? String(value).trim() || null : null;
}

/** Text that many rows have in common. */
export function readWord(value: unknown): string | null {
  const text = readText(value);
  return text === null ? null : sharedWord(text);
}

export function readFlag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Any JSON: it is validated later, so that a bad contract is a reason for a rejection and not a fault. */
export function readJson(value: unknown): JsonValue {
  return isShallow(value) ? (value ?? null) : tooDeep;
}

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * A timestamp as pg returns it (a Date) or in ISO 8601, as in listings and saved snapshots. Anything else, such as
 * `infinity`, is null.
 */
export function readTime(value: unknown): string | null {
  if (!(value instanceof Date || typeof value === 'string')) return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return null;
  return typeof value === 'string' && isoPattern.test(value) ? value : date.toISOString();
}
