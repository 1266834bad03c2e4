import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { lacksNothing } from './missing-members.ts';
import { isPlainBoolean, shapeOf } from './subschemas.ts';
import { isPlainMember } from './unsafe-members.ts';

/**
 * Whether a schema and everything in it can be in the document unchanged, as nearly all without references can. Checking this
 * without building anything takes 70 ms of CPU time for the 20,000 schemas of 10,000 rows instead of 130 ms.
 */
export function isPlain(schema: JsonValue): boolean {
  return (
    isJsonObject(schema) &&
    lacksNothing(schema) &&
    Object.entries(schema).every(
      ([keyword, value]) => isPlainMember(schema, keyword, value) && hasPlainSubschemas(keyword, value),
    )
  );
}

function hasPlainSubschemas(keyword: string, value: JsonValue): boolean {
  if (isPlainBoolean(keyword, value)) return true;
  switch (shapeOf.get(keyword)) {
    case 'data':
      return true;
    case 'one':
      return isPlain(value);
    case 'list':
      return Array.isArray(value) && value.every(isPlain);
    case 'map':
      return isJsonObject(value) && isPlainMap(value);
    case undefined:
      return false;
  }
}

function isPlainMap(map: JsonObject): boolean {
  return Object.values(map).every(isPlain);
}
