import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { boundedRegExp } from '../../../json-schema/pattern.ts';
import { isList, listOf, textsOf } from './part-schemas.ts';
import type { Steps } from './evaluation-budget.ts';
import { isMember, isMultiple, isOfType, isUnique } from './value-checks.ts';

/** Whether a value is as one keyword wants it. */
type Check = Readonly<{ keyword: string; holds: Holds }>;
type Holds = (value: JsonValue, spend: Steps['spend']) => boolean;

const numbers =
  (isWithin: (value: number, limit: number) => boolean) =>
  (limit: JsonValue) =>
  (value: JsonValue): boolean =>
    typeof value !== 'number' || typeof limit !== 'number' || isWithin(value, limit);
const sizes =
  (sizeOf: (value: JsonValue) => number | null, isWithin: (size: number, limit: number) => boolean) =>
  (limit: JsonValue) =>
  (value: JsonValue): boolean => {
    const size = sizeOf(value);
    return size === null || typeof limit !== 'number' || isWithin(size, limit);
  };

const characters = (value: JsonValue): number | null =>
  typeof value === 'string' ? Array.from(value).length : null;
const items = (value: JsonValue): number | null => (isList(value) ? value.length : null);
const members = (value: JsonValue): number | null => (isJsonObject(value) ? Object.keys(value).length : null);
const atLeast = (size: number, limit: number): boolean => size >= limit;
const atMost = (size: number, limit: number): boolean => size <= limit;

/** The assertions of JSON Schema 2020-12 (validation, section 6), less those that tell a member's name: `missingIn`. */
const assertions: Readonly<Record<string, (wanted: JsonValue) => Holds>> = {
  type: (wanted) => (value) => (isList(wanted) ? wanted : [wanted]).some((type) => isOfType(type, value)),
  enum: (wanted) => isMember(listOf(wanted)),
  const: (wanted) => isMember([wanted]),
  multipleOf: (wanted) => {
    const isOne = isMultiple(Number(wanted));
    return (value) => typeof value !== 'number' || isOne(value);
  },
  minimum: numbers(atLeast),
  maximum: numbers(atMost),
  exclusiveMinimum: numbers((value, limit) => value > limit),
  exclusiveMaximum: numbers((value, limit) => value < limit),
  minLength: sizes(characters, atLeast),
  maxLength: sizes(characters, atMost),
  pattern: (wanted) => {
    const isOf = boundedRegExp(typeof wanted === 'string' ? wanted : '');
    return (value) => typeof value !== 'string' || isOf(value);
  },
  minItems: sizes(items, atLeast),
  maxItems: sizes(items, atMost),
  uniqueItems: (wanted) => {
    const hasNoEqual = isUnique(wanted === true);
    return (value, spend) => !isList(value) || hasNoEqual(value, spend);
  },
  minProperties: sizes(members, atLeast),
  maxProperties: sizes(members, atMost),
};

const known = new WeakMap<JsonObject, readonly Check[]>();

/** The keywords of a schema that a value is not as they want it, by itself: type first, since the others go by it. */
export function failedKeywords(
  schema: JsonObject,
  value: JsonValue,
  { spend }: Pick<Steps, 'spend'>,
): readonly string[] {
  const checks = known.get(schema) ?? checksOf(schema);
  known.set(schema, checks);
  const failed: string[] = [];
  for (const { keyword, holds } of checks) if (!holds(value, spend)) failed.push(keyword);
  return failed;
}

function checksOf(schema: JsonObject): readonly Check[] {
  return Object.entries(assertions).flatMap(([keyword, compiled]) => {
    const wanted = schema[keyword];
    return wanted === undefined ? [] : [{ keyword, holds: compiled(wanted) }];
  });
}

/** The members that an object lacks, and that of which it follows, if of any. */
export function missingIn(
  { required, dependentRequired }: JsonObject,
  value: JsonObject,
): readonly Readonly<{ name: string; property?: string }>[] {
  const missing = (names: JsonValue | undefined): readonly string[] =>
    textsOf(names).filter((name) => !Object.hasOwn(value, name));
  const dependent = Object.entries(isJsonObject(dependentRequired) ? dependentRequired : {});
  return [
    ...missing(required).map((name) => ({ name })),
    ...dependent.flatMap(([property, names]) =>
      Object.hasOwn(value, property) ? missing(names).map((name) => ({ name, property })) : [],
    ),
  ];
}
