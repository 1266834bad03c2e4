import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { failedKeywords, missingIn } from '../evaluation/assertions.ts';
import { childrenOf, isList, listOf } from '../evaluation/part-schemas.ts';
import { type Failure, failureOf, pointerTo } from '../evaluation/keyword-failure.ts';
import { definitionOf } from '../evaluation/normalized-schema.ts';
import { createSteps, stepsOfSchema } from '../evaluation/evaluation-budget.ts';
import { failuresOfUnion } from './union-failures.ts';

export type SearchLimits = Readonly<{
  /** Ten for each schema that a value is held against, and one for each failure. */
  steps: number;
  /** Failures after which lists and objects are looked at no further. */
  failures: number;
}>;

/** Where a schema judges: the schema, a value, and the JSON pointer to it. */
type Here = readonly [schema: JsonObject, value: JsonValue, at: string];

/**
 * What of a value is not as a plain schema wants it, in the order of the schema. Ajv tells that too (`allErrors`), but of each
 * alternative for each item, and then cannot tell which error is of which alternative.
 *
 * @returns nothing where only unevaluated… is violated, which is Ajv's to judge.
 * @throws TooManySteps
 */
export function searchFaults(
  root: JsonObject,
  value: JsonValue,
  { steps: most, failures: enough }: SearchLimits,
): readonly Failure[] {
  const steps = createSteps();
  steps.refill(most);

  const search = (schema: JsonValue | undefined, data: JsonValue, at: string): readonly Failure[] => {
    steps.spend(stepsOfSchema);
    if (schema === false) return [{ keyword: 'false schema', instancePath: at, params: {} }];
    if (!isJsonObject(schema)) return [];
    const here: Here = [schema, data, at];
    const found = failedKeywords(schema, data, steps).map((keyword) => failureOf(keyword, here));
    if ('$ref' in schema) found.push(...search(definitionOf(root, schema), data, at));
    for (const each of listOf(schema['allOf'])) found.push(...search(each, data, at));
    if ('anyOf' in schema || 'oneOf' in schema) found.push(...unions(here));
    found.push(...conditions(here));
    if (isList(data)) found.push(...items(here, data));
    else if (isJsonObject(data)) found.push(...members(here, data));
    steps.spend(found.length);
    return found.slice(0, enough);
  };
  const fits = (schema: JsonValue | undefined, data: JsonValue): boolean =>
    search(schema, data, '').length === 0;

  const unions = (here: Here): readonly Failure[] => {
    const [{ anyOf, oneOf }, data, at] = here;
    const found: Failure[] = [];
    for (const [keyword, variants] of Object.entries({ anyOf, oneOf })) {
      if (!isList(variants)) continue;
      const failures = variants.map((variant) => search(variant, data, at));
      const passing = failures.filter((each) => each.length === 0).length;
      if (passing === 0) found.push(...failuresOfUnion(failureOf(keyword, here), failures));
      if (passing > 1 && keyword === 'oneOf')
        found.push(failureOf(keyword, here, { passingSchemas: passing }));
    }
    return found;
  };

  const conditions = (here: Here): readonly Failure[] => {
    const [{ not, if: condition, then, else: otherwise, dependentSchemas }, data, at] = here;
    const found: Failure[] = [];
    if (not !== undefined && fits(not, data)) found.push(failureOf('not', here));
    if (condition !== undefined) found.push(...search(fits(condition, data) ? then : otherwise, data, at));
    if (isJsonObject(dependentSchemas) && isJsonObject(data)) {
      for (const [name, dependent] of Object.entries(dependentSchemas)) {
        if (Object.hasOwn(data, name)) found.push(...search(dependent, data, at));
      }
    }
    return found;
  };

  const items = (here: Here, data: readonly JsonValue[]): readonly Failure[] => {
    const [schema, , at] = here;
    const { contains, minContains = 1, maxContains = Infinity } = schema;
    const { ofItem } = childrenOf(schema);
    const found: Failure[] = [];
    for (const [index, item] of data.entries()) {
      if (found.length >= enough) return found;
      for (const child of ofItem(index)) found.push(...search(child, item, pointerTo(at, index)));
    }
    if (contains === undefined) return found;
    const contained = data.filter((item) => fits(contains, item)).length;
    if (contained < Number(minContains)) found.push(failureOf('contains', here));
    if (contained > Number(maxContains)) found.push(failureOf('maxContains', here));
    return found;
  };

  const members = (here: Here, data: JsonObject): readonly Failure[] => {
    const [schema, , at] = here;
    const { propertyNames } = schema;
    const { ofMember } = childrenOf(schema);
    const found = missingIn(schema, data).map(({ name, property }) =>
      failureOf('required', here, { missingProperty: name, property }),
    );
    for (const [name, member] of Object.entries(data)) {
      if (found.length >= enough) return found;
      for (const child of ofMember(name)) {
        const isUnknown = child === false && child === schema['additionalProperties'];
        found.push(
          ...(isUnknown
            ? [failureOf('additionalProperties', here, { additionalProperty: name })]
            : search(child, member, pointerTo(at, name))),
        );
      }
    }
    const isNamed = (name: string): boolean => propertyNames === undefined || fits(propertyNames, name);
    if (!Object.keys(data).every(isNamed)) found.push(failureOf('propertyNames', here));
    return found;
  };

  return search(root, value, '');
}
