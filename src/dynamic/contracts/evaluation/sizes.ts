import { isJsonObject } from '../../../json-schema/json.ts';

/** The number of characters of a text, which are code points (JSON Schema validation, section 6.3); null for any other value. */
export function characters(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  let count = 0;
  for (let index = 0; index < value.length; index += 1) {
    const isPair = (value.codePointAt(index) ?? 0) > 0xff_ff;
    if (isPair) index += 1;
    count += 1;
  }
  return count;
}

/** The number of items of a list; null for any other value. */
export function items(value: unknown): number | null {
  return Array.isArray(value) ? value.length : null;
}

/** The number of members of an object; null for any other value. */
export function members(value: unknown): number | null {
  return isJsonObject(value) ? Object.keys(value).length : null;
}
