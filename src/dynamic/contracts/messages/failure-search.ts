import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList, listOf } from '../../../json-schema/lists.ts';
import { failedKeywords, missingIn } from '../evaluation/assertions.ts';
import { partSchemasOf } from '../evaluation/part-schemas.ts';
import { type KeywordFailure, failureOf, pointerTo } from '../evaluation/keyword-failure.ts';
import { definitionOf } from '../evaluation/normalized-schema.ts';
import { createEvaluationBudget, memberCost, schemaCost } from '../evaluation/evaluation-budget.ts';
import { failuresOfUnion } from './union-failures.ts';

export type SearchLimits = Readonly<{
  /** Spent by each schema applied to a value (`schemaCost`), by each member of an object (`memberCost`) and by each failure (1). */
  budget: number;
  /** The number of failures after which the rest of a list or an object is skipped. */
  failures: number;
}>;

/** A schema, the value that it applies to, and the JSON pointer to the value. */
type Location = readonly [schema: JsonObject, value: JsonValue, at: string];

/**
 * Returns all failures of a value against a normalized schema, in the order of the schema, each union reduced to what its
 * reader should fix. docs/decisions/0013 explains why they are not derived from Ajv's errors.
 *
 * @returns nothing if only `unevaluated…` fails, which only Ajv evaluates.
 * @throws BudgetExceeded
 */
export function searchFailures(
  root: JsonObject,
  value: JsonValue,
  { budget, failures: enough }: SearchLimits,
): readonly KeywordFailure[] {
  const { spend, refill } = createEvaluationBudget();
  refill(budget);

  const search = (schema: JsonValue | undefined, data: JsonValue, at: string): readonly KeywordFailure[] => {
    spend(schemaCost);
    if (schema === false) return [{ keyword: 'false schema', instancePath: at, params: {} }];
    if (!isJsonObject(schema)) return [];
    const location: Location = [schema, data, at];
    const found = failedKeywords(schema, data, spend).map((keyword) => failureOf(keyword, location));
    if ('$ref' in schema) found.push(...search(definitionOf(root, schema), data, at));
    for (const each of listOf(schema['allOf'])) found.push(...search(each, data, at));
    if ('anyOf' in schema || 'oneOf' in schema) found.push(...unions(location));
    found.push(...conditions(location));
    // Within a value of another type, only the type is worth reporting, and there may be five million items.
    if (found[0]?.keyword === 'type') return found.slice(0, enough);
    if (isList(data)) found.push(...items(location, data));
    else if (isJsonObject(data)) found.push(...members(location, data));
    spend(found.length);
    return found.slice(0, enough);
  };
  const isValid = (schema: JsonValue | undefined, data: JsonValue): boolean =>
    search(schema, data, '').length === 0;

  const unions = (location: Location): readonly KeywordFailure[] => {
    const [{ anyOf, oneOf }, data, at] = location;
    const found: KeywordFailure[] = [];
    for (const [keyword, variants] of Object.entries({ anyOf, oneOf })) {
      if (!isList(variants)) continue;
      const failures = variants.map((variant) => search(variant, data, at));
      const passing = failures.filter((each) => each.length === 0).length;
      if (passing === 0) found.push(...failuresOfUnion(failureOf(keyword, location), failures));
      // A `oneOf` remains only within `not` and `if`, whose failures are never shown.
      if (passing > 1 && keyword === 'oneOf') found.push(failureOf(keyword, location));
    }
    return found;
  };

  const conditions = (location: Location): readonly KeywordFailure[] => {
    const [{ not, if: condition, then, else: otherwise, dependentSchemas }, data, at] = location;
    const found: KeywordFailure[] = [];
    if (not !== undefined && isValid(not, data)) found.push(failureOf('not', location));
    if (condition !== undefined) found.push(...search(isValid(condition, data) ? then : otherwise, data, at));
    if (isJsonObject(dependentSchemas) && isJsonObject(data)) {
      for (const [name, dependent] of Object.entries(dependentSchemas)) {
        if (Object.hasOwn(data, name)) found.push(...search(dependent, data, at));
      }
    }
    return found;
  };

  const items = (location: Location, data: readonly JsonValue[]): readonly KeywordFailure[] => {
    const [schema, , at] = location;
    const { contains, minContains = 1, maxContains = Infinity } = schema;
    const { forItem } = partSchemasOf(schema);
    const found: KeywordFailure[] = [];
    for (const [index, item] of data.entries()) {
      if (found.length >= enough) return found;
      for (const child of forItem(index)) found.push(...search(child, item, pointerTo(at, index)));
    }
    if (contains === undefined) return found;
    const contained = data.filter((item) => isValid(contains, item)).length;
    if (contained < Number(minContains)) found.push(failureOf('contains', location));
    if (contained > Number(maxContains)) found.push(failureOf('maxContains', location));
    return found;
  };

  const members = (location: Location, data: JsonObject): readonly KeywordFailure[] => {
    const [schema, , at] = location;
    const { propertyNames } = schema;
    const { forMember } = partSchemasOf(schema);
    const found = missingIn(schema, data).map(({ name, property }) =>
      failureOf('required', location, { missingProperty: name, property }),
    );
    for (const [name, member] of Object.entries(data)) {
      if (found.length >= enough) return found;
      spend(memberCost);
      for (const child of forMember(name)) {
        const isUnknown = child === false && child === schema['additionalProperties'];
        found.push(
          ...(isUnknown
            ? [failureOf('additionalProperties', location, { additionalProperty: name })]
            : search(child, member, pointerTo(at, name))),
        );
      }
    }
    if (propertyNames === undefined) return found;
    if (!Object.keys(data).every((name) => isValid(propertyNames, name)))
      found.push(failureOf('propertyNames', location));
    return found;
  };

  return search(root, value, '');
}
