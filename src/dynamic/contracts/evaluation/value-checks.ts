import type { JsonValue } from '../../../json-schema/json.ts';
import { type Steps, stepsOfSchema } from './evaluation-budget.ts';

/** 19.99 is a multiple of 0.01, as it is for pydantic. */
const multiplePrecision = 1e-9;

/** A check that takes as long as the value is large, and so spends steps. */
type Counted<T> = (value: T, spend: Steps['spend']) => boolean;

/** Whether a value is of a type of JSON Schema. 1e400 is infinite to JavaScript, and so no number. */
export function isOfType(type: JsonValue | undefined, value: JsonValue): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'number' ? Number.isFinite(value) : typeof value === type;
}

/** Ajv's own looks through the whole list for each value: a body of 10 MiB against 1,000 members would take seconds. */
export function isMember(members: readonly JsonValue[]): Counted<JsonValue> {
  const known = new Set(members.map((member) => keyOf(member, free)));
  const hasScalarsOnly = members.every((member) => typeof member !== 'object' || member === null);
  return (value, spend) =>
    !(hasScalarsOnly && typeof value === 'object' && value !== null) && known.has(keyOf(value, spend));
}

/** Ajv's own compares each item with each. */
export function isUnique(isAsked: boolean): Counted<readonly JsonValue[]> {
  return (items, spend) => !isAsked || new Set(items.map((item) => keyOf(item, spend))).size === items.length;
}

/** Ajv's own, where it is told a precision, takes 1e308 for a multiple of anything below 1: the quotient is no number. */
export function isMultiple(divisor: number): (value: number) => boolean {
  return (value) => {
    const quotient = value / divisor;
    return Number.isFinite(quotient)
      ? Math.abs(Math.round(quotient) - quotient) <= multiplePrecision
      : value % divisor === 0;
  };
}

/** For what a contract says, which is bounded. */
function free(_: number): void {}

/** Equal keys for equal values. Text is not written as JSON, which takes long and tells it no better from all else. */
function keyOf(value: JsonValue, spend: Steps['spend']): string {
  if (typeof value !== 'string') return canonical(value, spend);
  spend(stepsOfSchema);
  return `"${value}`;
}

/** Equal texts for equal values, in whatever order their members are. A list in a list in a list is written as often as it nests. */
function canonical(value: JsonValue, spend: Steps['spend']): string {
  spend(stepsOfSchema);
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
