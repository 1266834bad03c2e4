import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { tagsOf } from '../../../json-schema/tags.ts';
import { failedKeywords } from './assertions.ts';
import type { Spend } from './evaluation-budget.ts';
import { laxScalar } from './lax-scalars.ts';
import { definitionOf } from './normalized-schema.ts';

/** Cheaper than to read the variant: of 150 variants all but one are ruled out. */
const tagCost = 2;

/**
 * Whether an object has a tag that a variant of a union does not allow, in whatever way it is read. Without this, a recursive tagged
 * union reads each level of a body once for every variant, which doubles with each level.
 */
export function isRuledOut(root: JsonObject, variant: JsonValue, value: JsonValue, spend: Spend): boolean {
  if (!isJsonObject(value)) return false;
  let schema: JsonValue | undefined = variant;
  while (isJsonObject(schema) && schema['properties'] === undefined && '$ref' in schema) {
    schema = definitionOf(root, schema);
  }
  if (!isJsonObject(schema)) return false;
  return tagsOf(schema).some(({ name, schema: tag }) => {
    spend(tagCost);
    if (!Object.hasOwn(value, name)) return false;
    const failed = failedKeywords(tag, laxScalar(tag, value[name] ?? null), spend);
    return failed.includes('const') || failed.includes('enum');
  });
}
