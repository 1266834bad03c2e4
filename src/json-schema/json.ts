/** Any JSON value, as `JSON.parse` gives it (RFC 8259). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; also how a JSON Schema is carried until somebody compiles it. */
export type JsonObject = { readonly [member: string]: JsonValue };

/** Whether a value of unknown origin is a JSON object: not null, not an array, not a class instance. */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Deeper than anything people write, and far from where `JSON.stringify` overflows the stack. */
const maxDepth = 100;

/**
 * Whether a JSON value can be handled by code that recurses: Postgres takes values nested thousands of levels deep. That it
 * is one, the caller knows: it comes from a JSON column or file.
 */
export function isShallow(value: unknown, depth = 0): value is JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return true;
  return depth < maxDepth && Object.values(value).every((child) => isShallow(child, depth + 1));
}

/** Stands for a JSON value that is not shallow. */
export const tooDeep = '(nested too deep)';
