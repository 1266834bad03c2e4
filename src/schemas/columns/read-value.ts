import { isShallow, type JsonValue, tooDeep } from '../../json-schema/json.ts';
import { sharedWord } from './shared-word.ts';
import { trimmed } from './trimmed.ts';

/** Whether a value can be read as text without guessing. */
export function isText(value: unknown): value is string | number | bigint | boolean {
  const type = typeof value;
  return type === 'string' || type === 'bigint' || type === 'boolean' || Number.isFinite(value);
}

/** Text as people leave it in tables: padded or empty text means the same as null, and so does a value of another type. */
export function readText(value: unknown): string | null {
  return isText(value) ? trimmed(String(value)) || null : null;
}

/** Text that many rows have in common. */
export function readWord(value: unknown): string | null {
  const text = readText(value);
  return text === null ? null : sharedWord(text);
}

/** As Postgres reads a boolean that is written as text (manual, "Boolean Type"), and as sheets export it. */
const flagWords: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, false] as const),
]);

/** True or false, also as a word or as 1 and 0. Anything else is null. */
export function readFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = readText(value);
  return text === null ? null : (flagWords.get(text.toLowerCase()) ?? null);
}

/** A number, or whatever else is there, for its own parser to refuse. Empty text means the same as null. */
export function readNumber(value: unknown): JsonValue {
  return typeof value === 'string' ? readText(value) : readJson(value);
}

/**
 * Any JSON: it is validated later, so that a bad contract is a reason for a rejection and not a fault. In a column of text,
 * objects and lists arrive as text, and empty text means the same as null. Other text is a JSON string.
 */
export function readJson(value: unknown): JsonValue {
  const found = typeof value === 'string' ? parsedText(value) : value;
  return isShallow(found) ? (found ?? null) : tooDeep;
}

function parsedText(text: string): unknown {
  const inner = trimmed(text);
  if (inner === '' || inner === 'null') return null;
  if (!inner.startsWith('{') && !inner.startsWith('[')) return text;
  try {
    return JSON.parse(inner);
  } catch {
    return text;
  }
}

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * A timestamp as pg returns it (a Date) or in ISO 8601, as in listings and saved snapshots. Anything else, such as
 * `infinity`, is null.
 */
export function readTime(value: unknown): string | null {
  if (!(value instanceof Date || typeof value === 'string')) return null;
  const date = new Date(typeof value === 'string' ? trimmed(value) : value);
  if (Number.isNaN(date.getTime())) return null;
  return typeof value === 'string' && isoPattern.test(value) ? value : date.toISOString();
}
