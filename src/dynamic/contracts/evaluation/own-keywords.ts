import { _, type Ajv2020, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv/dist/2020.js';
import type { JsonValue } from '../../../json-schema/json.ts';
import { compilePattern } from '../../../json-schema/patterns/compiled-pattern.ts';
import type { EvaluationBudget } from './evaluation-budget.ts';
import { isMember, isMultiple, isUnique } from './value-checks.ts';

/** Keywords that JSON Schema 2020-12 does not define, but that Ajv validates by or rejects. */
const foreign = ['id', 'dependencies', '$recursiveRef', '$recursiveAnchor', 'nullable'];

/** Replaces the Ajv keywords that take too long or give a wrong verdict. */
export function setOwnKeywords(ajv: Ajv2020, { spend }: EvaluationBudget): void {
  const own = {
    enum: {
      schemaType: 'array',
      compile: (members: readonly JsonValue[]) => {
        const isValid = isMember(members);
        return (value: JsonValue) => isValid(value, spend);
      },
    },
    uniqueItems: {
      type: 'array',
      schemaType: 'boolean',
      compile: (isRequired: boolean) => {
        const isValid = isUnique(isRequired);
        return (items: readonly JsonValue[]) => isValid(items, spend);
      },
    },
    pattern: {
      type: 'string',
      schemaType: 'string',
      compile: (source: string) => {
        const pattern = compilePattern(source);
        return (text: string) => !pattern.ok || pattern.test(text, spend.affords);
      },
    },
    multipleOf: { type: 'number', schemaType: 'number', compile: isMultiple },
    unevaluatedItems: unevaluatedItems(codeOf(ajv, 'unevaluatedItems')),
  } as const;
  for (const [keyword, definition] of Object.entries(own)) {
    ajv.removeKeyword(keyword).addKeyword({ ...definition, keyword });
  }
  for (const keyword of foreign) ajv.removeKeyword(keyword);
  for (const keyword of ['anyOf', 'oneOf', 'contains']) extendKeyword(ajv, keyword, dropErrors);
}

/** Runs `before` where Ajv generates the code of a keyword. In place, since the order of keywords matters to their meaning. */
export function extendKeyword(ajv: Ajv2020, keyword: string, before: (cxt: KeywordCxt) => void): void {
  const definition = codeOf(ajv, keyword);
  const { code } = definition;
  definition.code = (cxt, ruleType) => {
    before(cxt);
    code(cxt, ruleType);
  };
}

/** Ajv keeps an error for each alternative and item until one is valid: 32,000 items against 900 alternatives took 25 s. */
function dropErrors(cxt: KeywordCxt): void {
  const subschema = cxt.subschema.bind(cxt);
  cxt.subschema = (application, valid) => {
    const made = subschema({ ...application, createErrors: false }, valid);
    cxt.reset();
    return made;
  };
}

/** Ajv reads "all items" as the number 1, and "none" as no number at all, where that is known only at run time. */
function unevaluatedItems(original: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...original,
    code: (cxt) => {
      const { gen, data, it } = cxt;
      if (it.items instanceof Name) {
        it.items = gen.const('evaluated', _`${it.items} === true ? ${data}.length : ${it.items} || 0`);
      }
      original.code(cxt);
    },
  };
}

/** @throws Error if Ajv has no such keyword or one of another kind. */
function codeOf(ajv: Ajv2020, keyword: string): CodeKeywordDefinition {
  const definition = ajv.getKeyword(keyword);
  if (typeof definition === 'object' && 'code' in definition) return definition;
  throw new Error(`Ajv has no code for the keyword ${keyword}.`);
}
