import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList, listOf, textsOf } from '../../../json-schema/lists.ts';
import { compilePattern } from '../../../json-schema/patterns/compiled-pattern.ts';
import type { Spend } from './evaluation-budget.ts';
import { characters, items, members } from './sizes.ts';
import { isMember, isMultiple, isOfTypes, isUnique } from './value-checks.ts';

/** Whether a value satisfies one keyword. */
type Check = Readonly<{ keyword: string; isSatisfied: IsSatisfied }>;
type IsSatisfied = (value: JsonValue, spend: Spend) => boolean;

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

const atLeast = (size: number, limit: number): boolean => size >= limit;
const atMost = (size: number, limit: number): boolean => size <= limit;

/** The assertions of JSON Schema 2020-12 (validation, section 6), except those about member names (`missingIn`). */
const assertions: Readonly<Record<string, (argument: JsonValue) => IsSatisfied>> = {
  type: (argument) => (value) => isOfTypes(argument, value),
  enum: (argument) => isMember(listOf(argument)),
  const: (argument) => isMember([argument]),
  multipleOf: (argument) => {
    const isMultipleOfIt = isMultiple(Number(argument));
    return (value) => typeof value !== 'number' || isMultipleOfIt(value);
  },
  minimum: numbers(atLeast),
  maximum: numbers(atMost),
  exclusiveMinimum: numbers((value, limit) => value > limit),
  exclusiveMaximum: numbers((value, limit) => value < limit),
  minLength: sizes(characters, atLeast),
  maxLength: sizes(characters, atMost),
  pattern: (argument) => {
    const pattern = compilePattern(typeof argument === 'string' ? argument : '');
    return (value, { affords }) => typeof value !== 'string' || !pattern.ok || pattern.test(value, affords);
  },
  minItems: sizes(items, atLeast),
  maxItems: sizes(items, atMost),
  uniqueItems: (argument) => {
    const hasNoDuplicates = isUnique(argument === true);
    return (value, spend) => !isList(value) || hasNoDuplicates(value, spend);
  },
  minProperties: sizes(members, atLeast),
  maxProperties: sizes(members, atMost),
};

const known = new WeakMap<JsonObject, readonly Check[]>();

/** The assertions of a schema that a value fails by itself, `type` first, since the others depend on it. */
export function failedKeywords(schema: JsonObject, value: JsonValue, spend: Spend): readonly string[] {
  const checks = known.get(schema) ?? checksOf(schema);
  known.set(schema, checks);
  const failed: string[] = [];
  for (const { keyword, isSatisfied } of checks) if (!isSatisfied(value, spend)) failed.push(keyword);
  return failed;
}

function checksOf(schema: JsonObject): readonly Check[] {
  return Object.entries(assertions).flatMap(([keyword, compile]) => {
    const argument = schema[keyword];
    return argument === undefined ? [] : [{ keyword, isSatisfied: compile(argument) }];
  });
}

/** A member that an object lacks, and the member that requires it (`dependentRequired`), if any. */
export type MissingMember = Readonly<{ name: string; property?: string }>;

/** The members that an object lacks. */
export function missingIn(
  { required, dependentRequired }: JsonObject,
  value: JsonObject,
): readonly MissingMember[] {
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
