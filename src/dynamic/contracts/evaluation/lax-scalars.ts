import { type Coerced, toBoolean, toInteger, toNumber } from '../../../modal/pydantic-scalars.ts';
import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { trimBlanks } from '../../../json-schema/patterns/trim-blanks.ts';
import { isList, listOf } from '../../../json-schema/lists.ts';
import { isOfType } from './value-checks.ts';

/** Formats of text that pydantic also reads from a number: times as seconds, addresses as their bytes, fractions; True is 1. */
const numberFormats: ReadonlySet<JsonValue | undefined> = new Set(
  `date date-time time duration fraction ipv4 ipv6 ipvanyaddress ipv4network ipv6network ipvanynetwork ipv4interface ipv6interface
  ipvanyinterface`.split(/\s+/),
);
/** Stands for infinity, but is still a finite number after a division. */
const almostInfinite = 1e300;
/** Texts that Python's `float` reads, and JSON cannot represent. */
const notFinite = /^[+-]?(?:inf(?:inity)?|nan)$/i;

/** Returns a value as pydantic's lax mode reads it if a schema specifies types and the value has none of them. */
export function laxScalar(schema: JsonObject, value: JsonValue): JsonValue {
  if (typeof value === 'object') return value;
  return amongMembers(schema, ofType(schema, value));
}

function ofType(schema: JsonObject, value: Exclude<JsonValue, object>): JsonValue {
  const { type } = schema;
  if (type === undefined) return value;
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
  if (type === 'number') {
    const text = typeof value === 'string' ? trimBlanks(value) : '';
    if (!notFinite.test(text)) return toNumber(value);
    return { ok: true, value: text.startsWith('-') ? -almostInfinite : almostInfinite };
  }
  if (type === 'boolean') return toBoolean(value);
  const isReadable = type === 'string' && typeof value !== 'string' && numberFormats.has(format);
  return isReadable ? { ok: true, value: JSON.stringify(value) } : undefined;
}

/** In Python, True is 1 and False is 0, even as members of an enum. */
function amongMembers({ enum: members, const: constant }: JsonObject, value: JsonValue): JsonValue {
  if (members === undefined && constant === undefined) return value;
  const allowed = new Set([...listOf(members), constant]);
  if (allowed.has(value)) return value;
  const other = typeof value === 'boolean' ? Number(value) : value === 0 || value === 1 ? value === 1 : value;
  return allowed.has(other) ? other : value;
}
