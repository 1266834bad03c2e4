import { type Coerced, toBoolean, toInteger, toNumber } from '../../../modal/pydantic-scalars.ts';
import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { isList } from '../../../json-schema/lists.ts';
import { isOfType } from './value-checks.ts';

/** Formats that pydantic also reads from a number, as seconds. */
const timeFormats: ReadonlySet<JsonValue | undefined> = new Set(['date', 'date-time', 'time', 'duration']);

/** A value as pydantic's lax mode reads it where a schema names types and the value has none of them. */
export function laxScalar(schema: JsonObject, value: JsonValue): JsonValue {
  const { type } = schema;
  if (type === undefined || typeof value === 'object') return value;
  const types = isList(type) ? type : [type];
  if (types.some((each) => isOfType(each, value))) return value;
  for (const each of types) {
    const read = coerced(each, value, schema);
    if (read?.ok === true) return read.value;
  }
  return value;
}

function coerced(type: JsonValue, value: JsonValue, { format }: JsonObject): Coerced | undefined {
  if (type === 'integer') return toInteger(value);
  if (type === 'number') return toNumber(value);
  if (type === 'boolean') return toBoolean(value);
  const isTime = type === 'string' && typeof value === 'number' && timeFormats.has(format);
  return isTime ? { ok: true, value: String(value) } : undefined;
}
