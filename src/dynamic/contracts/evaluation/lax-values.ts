import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList, listOf } from '../../../json-schema/lists.ts';
import { failedKeywords, missingIn } from './assertions.ts';
import { partSchemasOf } from './part-schemas.ts';
import { withAliases } from './field-names.ts';
import { laxScalar } from './lax-scalars.ts';
import { laxText } from './lax-texts.ts';
import { isRuledOut } from './tagged-variants.ts';
import { definitionOf } from './normalized-schema.ts';
import { isOfTypes } from './value-checks.ts';
import { memberCost, schemaCost, type Spend } from './evaluation-budget.ts';

/** A value as read according to a schema. */
type Reading = Readonly<{
  value: JsonValue;
  /**
   * 2: valid; 1: of the expected form (type, enum, const, and those of members that distinguish the variants of a tagged
   * union); 0: of another form. Keywords that do not distinguish variants (`not`, `if`, `contains` …) count as satisfied.
   */
  fit: 0 | 1 | 2;
}>;

const formKeywords: ReadonlySet<string> = new Set(['type', 'enum', 'const']);

/**
 * Returns a body as FastAPI's lax mode reads it: "5" is 5 if the schema requires a whole number. Only the verdict is based on
 * it; the function receives what the caller sent. Each schema reads each value once, however many alternatives there are.
 *
 * @param root a normalized schema.
 * @throws BudgetExceeded
 */
export function readLaxly(root: JsonObject, whole: JsonValue, spend: Spend): JsonValue {
  const read = (schema: JsonValue | undefined, value: JsonValue): Reading => {
    spend(schemaCost);
    if (!isJsonObject(schema)) return { value, fit: schema === false ? 0 : 2 };
    let current = laxScalar(schema, value);
    if (typeof current === 'string') current = laxText(schema, current, spend);
    // Nothing is read within a value of another type: it may be a list of five million items.
    if (typeof current === 'object' && !isOfTypes(schema['type'], current)) return { value: current, fit: 0 };
    let fit: Reading['fit'] = 2;
    const apply = (reading: Reading): void => {
      current = reading.value;
      fit = lower(fit, reading.fit);
    };
    if ('$ref' in schema) apply(read(definitionOf(root, schema), current));
    for (const each of listOf(schema['allOf'])) apply(read(each, current));
    for (const variants of [schema['anyOf'], schema['oneOf']]) {
      if (isList(variants)) apply(chosen(variants, current));
    }
    if (isList(current)) apply(readItems(schema, current));
    else if (isJsonObject(current)) apply(readMembers(schema, current));
    return { value: current, fit: lower(fit, ownFit(schema, current, spend)) };
  };

  /** Pydantic's smart union: the variant that accepts the value unchanged, else the first in lax mode, else the one meant. */
  const chosen = (variants: readonly JsonValue[], value: JsonValue): Reading => {
    const readings: Reading[] = [];
    for (const variant of variants) {
      if (isRuledOut(root, variant, value, spend)) continue;
      const reading = read(variant, value);
      if (reading.fit === 2 && reading.value === value) return reading;
      readings.push(reading);
    }
    const asItStands = readings.find((each) => each.fit === 1 && each.value === value);
    return (
      readings.find(({ fit }) => fit === 2) ??
      asItStands ??
      readings.find(({ fit }) => fit === 1) ?? { value, fit: 0 }
    );
  };

  const readItems = (schema: JsonObject, items: readonly JsonValue[]): Reading => {
    const { forItem } = partSchemasOf(schema);
    const readings = items.map((item, index) => readAll(forItem(index), item));
    return {
      value: readings.some(({ value }, index) => value !== items[index])
        ? readings.map(({ value }) => value)
        : items,
      fit: readings.every(({ fit }) => fit === 2) ? 2 : 1,
    };
  };

  const readMembers = (schema: JsonObject, given: JsonObject): Reading => {
    const { forMember } = partSchemasOf(schema);
    const members = withAliases(
      schema,
      withLaxNames(schema, given),
      (name, value) => readAll(forMember(name), value).fit === 2,
      spend,
    );
    let fit: Reading['fit'] = 2;
    const entries = Object.entries(members).map(([name, member]): [string, JsonValue] => {
      spend(memberCost);
      const children = forMember(name);
      const reading = readAll(children, member);
      if (reading.fit < 2) fit = lower(fit, reading.fit === 0 && children.some(isTag) ? 0 : 1);
      return [name, reading.value];
    });
    const isChanged = entries.some(([name, value]) => value !== members[name]);
    return { value: isChanged ? Object.fromEntries(entries) : members, fit };
  };

  /** Keys of a dict are texts, and read as such: without blanks at their ends, where the schema of the keys refuses these. */
  const withLaxNames = ({ propertyNames }: JsonObject, members: JsonObject): JsonObject => {
    if (propertyNames === undefined) return members;
    let isChanged = false;
    const entries = Object.entries(members).map(([name, member]): [string, JsonValue] => {
      const { value } = read(propertyNames, name);
      if (typeof value !== 'string' || value === name) return [name, member];
      isChanged = true;
      return [value, member];
    });
    return isChanged ? Object.fromEntries(entries) : members;
  };

  const readAll = (schemas: readonly JsonValue[], value: JsonValue): Reading => {
    let reading: Reading = { value, fit: 2 };
    for (const schema of schemas) {
      const next = read(schema, reading.value);
      reading = { value: next.value, fit: lower(reading.fit, next.fit) };
    }
    return reading;
  };

  return read(root, whole).value;
}

/** How a value fits the keywords of a schema itself. */
function ownFit(schema: JsonObject, value: JsonValue, spend: Spend): Reading['fit'] {
  const failed = failedKeywords(schema, value, spend);
  if (failed.some((keyword) => formKeywords.has(keyword))) return 0;
  return failed.length > 0 || (isJsonObject(value) && missingIn(schema, value).length > 0) ? 1 : 2;
}

/** Whether a member allows only one value, and therefore shows which alternative is meant. */
function isTag(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return false;
  return schema['const'] !== undefined || listOf(schema['enum']).length === 1;
}

function lower(left: Reading['fit'], right: Reading['fit']): Reading['fit'] {
  return left < right ? left : right;
}
