import { _, type Ajv2020, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv/dist/2020.js';
import type { JsonValue } from '../../../json-schema/json.ts';
import type { Steps } from './evaluation-budget.ts';
import { isMember, isMultiple, isUnique } from './value-checks.ts';

/** Those that JSON Schema 2020-12 does not have, and by which Ajv judges or throws. */
const foreign = ['id', 'dependencies', '$recursiveRef', '$recursiveAnchor', 'nullable'];

/** Puts our own keywords in place of those of Ajv's that take too long or judge wrongly. */
export function setOwnKeywords(ajv: Ajv2020, { spend }: Steps): void {
  const own = {
    enum: {
      schemaType: 'array',
      compile: (members: readonly JsonValue[]) => {
        const holds = isMember(members);
        return (value: JsonValue) => holds(value, spend);
      },
    },
    uniqueItems: {
      type: 'array',
      schemaType: 'boolean',
      compile: (isAsked: boolean) => {
        const holds = isUnique(isAsked);
        return (items: readonly JsonValue[]) => holds(items, spend);
      },
    },
    multipleOf: { type: 'number', schemaType: 'number', compile: isMultiple },
    unevaluatedItems: unevaluatedItems(codeOf(ajv, 'unevaluatedItems')),
  } as const;
  for (const [keyword, definition] of Object.entries(own)) {
    ajv.removeKeyword(keyword).addKeyword({ ...definition, keyword });
  }
  for (const keyword of foreign) ajv.removeKeyword(keyword);
  for (const keyword of ['anyOf', 'oneOf', 'contains']) alter(ajv, keyword, forgetErrors);
}

/** Has Ajv do something more where it writes the code of a keyword. In place: the order of keywords is part of what they mean. */
export function alter(ajv: Ajv2020, keyword: string, more: (cxt: KeywordCxt) => void): void {
  const definition = codeOf(ajv, keyword);
  const { code } = definition;
  definition.code = (cxt, ruleType) => {
    more(cxt);
    code(cxt, ruleType);
  };
}

/** Ajv's own keep an error of each alternative, and of each item, until one fits: 32,000 items of 900 alternatives take 25 s. */
function forgetErrors(cxt: KeywordCxt): void {
  const subschema = cxt.subschema.bind(cxt);
  cxt.subschema = (application, valid) => {
    const made = subschema({ ...application, createErrors: false }, valid);
    cxt.reset();
    return made;
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
