import type { JsonValue } from './json.ts';

/** The value if it is a list, otherwise an empty list. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/** `Array.isArray` for the type of JSON values, whose lists are read-only. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The strings in a list, as in `required`. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}
