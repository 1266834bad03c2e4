import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { failedKeywords, missingIn } from './assertions.ts';
import { childrenOf, isList, listOf } from './part-schemas.ts';
import { laxScalar } from './lax-scalars.ts';
import { definitionOf } from './normalized-schema.ts';
import { type Steps, stepsOfSchema } from './evaluation-budget.ts';

/** What a schema makes of a value. */
type Reading = Readonly<{
  value: JsonValue;
  /**
   * 2: as wanted; 1: of the form that is wanted (type, enum, const, and those of members, which tell variants of a tagged union
   * apart); 0: of another. Keywords that no contract chooses by (`not`, `if`, `contains` and the like) are taken for fulfilled.
   */
  fit: 0 | 1 | 2;
}>;

const formKeywords: ReadonlySet<string> = new Set(['type', 'enum', 'const']);

/**
 * A body as FastAPI's lax mode takes it: "5" is 5 where the schema wants a whole number. Only the verdict is made on it;
 * what the function gets is what the caller sent. Each schema reads each value once, whatever alternatives there are.
 *
 * @param root a plain schema.
 * @throws TooManySteps
 */
export function laxly(root: JsonObject, whole: JsonValue, steps: Pick<Steps, 'spend'>): JsonValue {
  const read = (schema: JsonValue | undefined, value: JsonValue): Reading => {
    steps.spend(stepsOfSchema);
    if (!isJsonObject(schema)) return { value, fit: schema === false ? 0 : 2 };
    let taken = laxScalar(schema, value);
    let fit: Reading['fit'] = 2;
    const take = (reading: Reading): void => {
      taken = reading.value;
      fit = lower(fit, reading.fit);
    };
    if ('$ref' in schema) take(read(definitionOf(root, schema), taken));
    for (const each of listOf(schema['allOf'])) take(read(each, taken));
    for (const variants of [schema['anyOf'], schema['oneOf']]) {
      if (isList(variants)) take(chosen(variants, taken));
    }
    if (isList(taken)) take(readItems(schema, taken));
    else if (isJsonObject(taken)) take(readMembers(schema, taken));
    return { value: taken, fit: lower(fit, ownFit(schema, taken, steps)) };
  };

  /** Pydantic's smart union: what fits as it stands, else the first that takes it laxly; failing that, the one that was meant. */
  const chosen = (variants: readonly JsonValue[], value: JsonValue): Reading => {
    const readings: Reading[] = [];
    for (const variant of variants) {
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
    const { ofItem } = childrenOf(schema);
    const readings = items.map((item, index) => readAll(ofItem(index), item));
    return {
      value: readings.some(({ value }, index) => value !== items[index])
        ? readings.map(({ value }) => value)
        : items,
      fit: readings.every(({ fit }) => fit === 2) ? 2 : 1,
    };
  };

  const readMembers = (schema: JsonObject, members: JsonObject): Reading => {
    const { ofMember } = childrenOf(schema);
    let fit: Reading['fit'] = 2;
    const taken = Object.entries(members).map(([name, member]): [string, JsonValue] => {
      const children = ofMember(name);
      const reading = readAll(children, member);
      if (reading.fit < 2) fit = lower(fit, reading.fit === 0 && children.some(isTag) ? 0 : 1);
      return [name, reading.value];
    });
    const isChanged = taken.some(([name, value]) => value !== members[name]);
    return { value: isChanged ? Object.fromEntries(taken) : members, fit };
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

/** How a value fits what a schema says by itself. */
function ownFit(schema: JsonObject, value: JsonValue, steps: Pick<Steps, 'spend'>): Reading['fit'] {
  const failed = failedKeywords(schema, value, steps);
  if (failed.some((keyword) => formKeywords.has(keyword))) return 0;
  return failed.length > 0 || (isJsonObject(value) && missingIn(schema, value).length > 0) ? 1 : 2;
}

/** Whether a member may have one value only, and so tells which alternative is meant. */
function isTag(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return false;
  return schema['const'] !== undefined || listOf(schema['enum']).length === 1;
}

function lower(left: Reading['fit'], right: Reading['fit']): Reading['fit'] {
  return left < right ? left : right;
}
