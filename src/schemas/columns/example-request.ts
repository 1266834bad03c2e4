import { type JsonValue, tooDeep } from '../../json-schema/json.ts';
import { type Parsed, parsed } from '../verdict.ts';

/** More than anyone reads in the documentation, which contains the examples of all rows. */
const maxExampleLength = 64 * 1024;

/** Reads `example_request`. One that cannot be shown is left out, with a warning if it is too large. */
export function parseExample(value: JsonValue): Parsed<JsonValue> {
  const length = value === tooDeep ? null : lengthOf(value);
  if (length === null) return parsed(null);
  if (length <= maxExampleLength) return parsed(value);
  const message = `example_request has more than ${maxExampleLength / 1024} KiB. It is not shown.`;
  return parsed(null, [{ code: 'column_value_unknown', column: 'example_request', message }]);
}

/** The length as JSON; null for what a driver returned that JSON cannot carry, such as a BigInt. */
function lengthOf(value: JsonValue): number | null {
  try {
    return JSON.stringify(value).length;
  } catch {
    return null;
  }
}
