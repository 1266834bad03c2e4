import type { JsonValue } from '../../../json-schema/json.ts';
import { isList } from '../../../json-schema/lists.ts';
import { schemaCost } from './evaluation-budget.ts';

/** 19.99 is a multiple of 0.01, as it is for pydantic, which also tolerates a billionth of the value. */
const multiplePrecision = 1e-9;

type Spend = (cost: number) => void;

/** A check whose work grows with the value, and so spends budget. */
type Counted<T> = (value: T, spend: Spend) => boolean;

/** Whether a value has a type of JSON Schema. 1e400 is infinite to JavaScript, and so not a number. */
export function isOfType(type: JsonValue | undefined, value: JsonValue): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'number' ? Number.isFinite(value) : typeof value === type;
}

/** Whether a value has one of the types of a schema's `type`, which may be a list or missing. */
export function isOfTypes(types: JsonValue | undefined, value: JsonValue): boolean {
  if (types === undefined) return true;
  return isList(types) ? types.some((type) => isOfType(type, value)) : isOfType(types, value);
}

/** Ajv's `enum` searches the whole list for each value: a body of 10 MiB against 1,000 members would take seconds. */
export function isMember(members: readonly JsonValue[]): Counted<JsonValue> {
  const known = new Set(members.map((member) => keyOf(member, free)));
  const hasScalarsOnly = members.every((member) => typeof member !== 'object' || member === null);
  return (value, spend) =>
    !(hasScalarsOnly && typeof value === 'object' && value !== null) && known.has(keyOf(value, spend));
}

/** Ajv's `uniqueItems` compares every item with every other one. */
export function isUnique(isRequired: boolean): Counted<readonly JsonValue[]> {
  return (items, spend) =>
    !isRequired || new Set(items.map((item) => keyOf(item, spend))).size === items.length;
}

/** Ajv's `multipleOf`, given a precision, accepts 1e308 as a multiple of anything below 1: the quotient is not finite. */
export function isMultiple(divisor: number): (value: number) => boolean {
  return (value) => {
    const quotient = value / divisor;
    return Number.isFinite(quotient)
      ? Math.abs(Math.round(quotient) - quotient) <= multiplePrecision * Math.max(1, Math.abs(quotient))
      : value % divisor === 0;
  };
}

/** For values of the contract itself, whose size is bounded. */
function free(_: number): void {}

/** Returns equal keys for equal values. Text is not escaped as JSON, which would be slow and distinguish no better. */
function keyOf(value: JsonValue, spend: Spend): string {
  if (typeof value !== 'string') return canonical(value, spend);
  spend(schemaCost);
  return `"${value}`;
}

/** Returns equal texts for equal values, in any order of members. Spends budget, as nested lists are rewritten at every level. */
function canonical(value: JsonValue, spend: Spend): string {
  spend(schemaCost);
  if (typeof value === 'string') {
    spend(value.length / 8);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, spend)).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${canonical(member, spend)}`,
  );
  return `{${members.toSorted().join(',')}}`;
}
