import type { JsonValue } from '../json-schema/json.ts';
import { trimBlanks } from '../json-schema/patterns/trim-blanks.ts';

/** A value as pydantic passes it to the function, or the type and message of its error. */
export type Coerced =
  | Readonly<{ ok: true; value: JsonValue }>
  | Readonly<{ ok: false; type: string; msg: string }>;

const given = (value: JsonValue): Coerced => ({ ok: true, value });
const fault = (type: string, msg: string): Coerced => ({ ok: false, type, msg });

/** pydantic v2 does not turn numbers into strings (coerce_numbers_to_str is off). */
export function toText(value: JsonValue): Coerced {
  return typeof value === 'string' ? given(value) : fault('string_type', 'Input should be a valid string');
}

/** `str_as_int`: a sign, digits grouped by single underscores, optionally `.0`; surrounding white space is trimmed. */
const INTEGER_TEXT = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;

/** Lax mode: true is 1, 1.0 is 1, and so is "1" (pydantic docs, Conversion Table). */
export function toInteger(value: JsonValue): Coerced {
  if (typeof value === 'boolean') return given(Number(value));
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return given(value);
    return fault('int_from_float', 'Input should be a valid integer, got a number with a fractional part');
  }
  if (typeof value !== 'string') return fault('int_type', 'Input should be a valid integer');
  const text = trimBlanks(value);
  if (INTEGER_TEXT.test(text)) return given(Number(text.replaceAll('_', '')));
  return fault('int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
}

const NUMBER_TEXT = /^[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Lax mode, as `toInteger`. "inf" and "nan", which Python accepts, are faults: JSON cannot represent the result. */
export function toNumber(value: JsonValue): Coerced {
  if (typeof value === 'boolean') return given(Number(value));
  if (typeof value === 'number') return given(value);
  if (typeof value !== 'string') return fault('float_type', 'Input should be a valid number');
  const text = trimBlanks(value);
  const number = NUMBER_TEXT.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (Number.isFinite(number)) return given(number);
  return fault('float_parsing', 'Input should be a valid number, unable to parse string as a number');
}

const TRUE_TEXTS = new Set(['1', 'on', 't', 'true', 'y', 'yes']);
const FALSE_TEXTS = new Set(['0', 'off', 'f', 'false', 'n', 'no']);

/** Lax mode: the texts of pydantic-core's `str_as_bool` in any case, without surrounding space; and 0 and 1. */
export function toBoolean(value: JsonValue): Coerced {
  if (typeof value === 'boolean') return given(value);
  const word = typeof value === 'number' && Number.isInteger(value) ? String(value) : value;
  if (typeof word !== 'string') return fault('bool_type', 'Input should be a valid boolean');
  if (TRUE_TEXTS.has(word.toLowerCase())) return given(true);
  if (FALSE_TEXTS.has(word.toLowerCase())) return given(false);
  return fault('bool_parsing', 'Input should be a valid boolean, unable to interpret input');
}
