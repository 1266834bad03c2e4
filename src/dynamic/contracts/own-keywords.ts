import { _, type Ajv2020, type CodeKeywordDefinition, Name } from 'ajv/dist/2020.js';
import type { JsonValue } from '../../schemas/json.ts';

/** 19.99 is a multiple of 0.01, as it is for pydantic. */
const multiplePrecision = 1e-9;

/** Puts our own keywords in place of those of Ajv's that take too long or judge wrongly. */
export function setOwnKeywords(ajv: Ajv2020): void {
  const own = {
    enum: { schemaType: 'array', compile: isMember },
    uniqueItems: { type: 'array', schemaType: 'boolean', compile: isUnique },
    multipleOf: { type: 'number', schemaType: 'number', compile: isMultiple },
    // Ajv's own takes the whole schema for the target of an anchor that it has not come by yet. Where no reference leaves the
    // schema, a $dynamicRef means what a $ref does (core, section 8.2.3.2).
    $dynamicRef: codeOf(ajv, '$ref'),
    unevaluatedItems: unevaluatedItems(codeOf(ajv, 'unevaluatedItems')),
  } as const;
  for (const [keyword, definition] of Object.entries(own)) {
    ajv.removeKeyword(keyword).addKeyword({ ...definition, keyword });
  }
}

/** Ajv's own looks through the whole list for each value: a body of 10 MiB against 1,000 members would take seconds. */
function isMember(members: readonly JsonValue[]): (value: JsonValue) => boolean {
  const known = new Set(members.map(canonical));
  return (value) => known.has(canonical(value));
}

/** Ajv's own compares each item with each. */
function isUnique(isAsked: boolean): (items: readonly JsonValue[]) => boolean {
  return (items) => !isAsked || new Set(items.map(canonical)).size === items.length;
}

/** Equal texts for equal values, in whatever order their members are. */
function canonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`,
  );
  return `{${members.toSorted().join(',')}}`;
}

/** Ajv's own, where it is told a precision, takes 1e308 for a multiple of anything below 1: the quotient is no number. */
function isMultiple(divisor: number): (value: number) => boolean {
  return (value) => {
    const quotient = value / divisor;
    return Number.isFinite(quotient)
      ? Math.abs(Math.round(quotient) - quotient) <= multiplePrecision
      : value % divisor === 0;
  };
}

/** Ajv's own reads "all items" as the number 1, and "none" as no number at all, where only a call can tell which it is. */
function unevaluatedItems(ajvs: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...ajvs,
    code: (cxt) => {
      const { gen, data, it } = cxt;
      if (it.items instanceof Name) {
        it.items = gen.const('judged', _`${it.items} === true ? ${data}.length : ${it.items} || 0`);
      }
      ajvs.code(cxt);
    },
  };
}

/** @throws Error where Ajv has another kind of keyword, or none. */
function codeOf(ajv: Ajv2020, keyword: string): CodeKeywordDefinition {
  const definition = ajv.getKeyword(keyword);
  if (typeof definition === 'object' && 'code' in definition) return definition;
  throw new Error(`Ajv has no code for ${keyword}.`);
}
