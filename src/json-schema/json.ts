/** Any JSON value, as `JSON.parse` returns it (RFC 8259). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; also a JSON Schema that is not compiled yet. */
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
 * Whether recursive code can handle a JSON value: Postgres accepts values nested thousands of levels deep. The caller must
 * know that it is a JSON value, as from a JSON column or file.
 */
export function isShallow(value: unknown, depth = 0): value is JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return true;
  return depth < maxDepth && Object.values(value).every((child) => isShallow(child, depth + 1));
}

/** The placeholder for a JSON value that is not shallow. */
export const tooDeep = '(nested too deep)';
