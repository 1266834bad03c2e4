import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../../schemas/json.ts';
import { longestTestedText, patternRegExp } from '../../schemas/pattern.ts';
import { setOwnKeywords } from './own-keywords.ts';

export type Validator = Readonly<{
  isValid: (value: JsonValue) => boolean;
  /** What is wrong with a value: everything, or only the first thing. */
  errorsOf: (value: JsonValue, all: boolean) => readonly ErrorObject[];
}>;

/**
 * Compiles a contract that was found good (schemas/contract.ts). Formats are not checked (2020-12 validation, section 7.2:
 * an annotation): functions read them more generously than any checker.
 *
 * @throws Error for what only compiling can tell.
 */
export function createValidator(schema: JsonObject): Validator {
  const isValid = ajvOf({}).compile(schema);
  const explainFirst = once(() => ajvOf({ verbose: true }).compile(schema));
  const explainAll = once(() => ajvOf({ verbose: true, allErrors: true }).compile(schema));
  return {
    isValid: (value) => isValid(value),
    errorsOf: (value, all) => {
      const validate = all ? explainAll() : explainFirst();
      return validate(value) ? [] : (validate.errors ?? []);
    },
  };
}

/** One for each contract, so that nothing of a contract that is gone stays, and equal `$id`s do not meet. */
function ajvOf(explaining: Readonly<{ verbose?: true; allErrors?: true }>): Ajv2020 {
  const ajv = new Ajv2020({
    ...explaining,
    strict: false,
    logger: false,
    // The schema was checked against its meta-schema when its row was judged.
    meta: false,
    validateSchema: false,
    validateFormats: false,
    // Inlined references would be compiled as often as they are referred to.
    inlineRefs: false,
    // A body without the member "constructor" must not be found to have Object's.
    ownProperties: true,
    // Optimizing takes longer than it saves.
    code: { regExp: boundedRegExp, optimize: false },
  });
  setOwnKeywords(ajv);
  return ajv;
}

/** Ajv asks for `code` to write it into modules, which is not done here. */
const boundedRegExp = Object.assign(
  (pattern: string) => {
    const regExp = patternRegExp(pattern);
    const longest = longestTestedText(pattern) ?? 0;
    return {
      test: (text: string) => text.length > longest || regExp === null || regExp.test(text),
      // By which Ajv tells patterns apart.
      toString: () => pattern,
    };
  },
  { code: 'boundedRegExp' },
);

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
