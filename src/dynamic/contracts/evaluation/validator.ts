import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { boundedRegExp } from '../../../json-schema/pattern.ts';
import { countSteps } from './counted-keywords.ts';
import type { Failure } from './keyword-failure.ts';
import { setOwnKeywords } from './own-keywords.ts';
import { createSteps, stepsFor } from './evaluation-budget.ts';

/**
 * The keyword at which judging a value stopped, null where it is valid.
 *
 * @throws TooManySteps for a value that takes more of them than its size in bytes allows.
 */
export type Validator = (value: JsonValue, size: number) => Failure | null;

/**
 * Compiles a plain schema (plain-schema.ts). Formats are not checked (2020-12 validation, section 7.2: an annotation):
 * functions read them more generously than any checker.
 *
 * @throws Error for what only compiling can tell.
 */
export function createValidator(schema: JsonObject): Validator {
  // One for each contract, so that nothing of a contract that is gone stays.
  const ajv = new Ajv2020({
    verbose: true,
    messages: false,
    strict: false,
    strictNumbers: true,
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
    code: { regExp, optimize: false },
  });
  const steps = createSteps();
  setOwnKeywords(ajv, steps);
  countSteps(ajv, steps);
  const validate = ajv.compile(schema);
  return (value, size) => {
    steps.refill(stepsFor(size));
    return validate(value) ? null : (validate.errors?.at(-1) ?? unexplained);
  };
}

const unexplained: Failure = { keyword: 'not', instancePath: '', params: {} };

/** Ajv asks for `code` to write it into modules, which is not done here, and tells patterns apart by `toString`. */
const regExp = Object.assign(
  (pattern: string) => ({ test: boundedRegExp(pattern), toString: () => pattern }),
  { code: 'boundedRegExp' },
);
