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
