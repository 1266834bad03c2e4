import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { type Affords, compilePattern } from '../../../json-schema/patterns/compiled-pattern.ts';
import { countCosts } from './counted-keywords.ts';
import type { KeywordFailure } from './keyword-failure.ts';
import { setOwnKeywords } from './own-keywords.ts';
import { budgetFor, type BudgetFor, createEvaluationBudget } from './evaluation-budget.ts';

/**
 * Returns the first keyword that a value fails; null if it is valid.
 *
 * @param size the size of the value as JSON, in bytes.
 * @throws BudgetExceeded
 */
export type Validator = (value: JsonValue, size: number) => KeywordFailure | null;

/**
 * Compiles a normalized schema (normalized-schema.ts). Formats are not validated (2020-12 validation, section 7.2: an
 * annotation), since functions read them more leniently than any validator.
 *
 * @throws Error for problems that only compiling reveals.
 */
export function createValidator(schema: JsonObject, budgetOf: BudgetFor = budgetFor): Validator {
  const budget = createEvaluationBudget();
  // One instance for each contract, so that nothing remains of a contract that is no longer served.
  const ajv = new Ajv2020({
    verbose: true,
    messages: false,
    strict: false,
    strictNumbers: true,
    logger: false,
    // The schema was validated against its meta-schema when its row was parsed.
    meta: false,
    validateSchema: false,
    validateFormats: false,
    // Inlined references would be compiled once for every place that refers to them.
    inlineRefs: false,
    // A body without the member "constructor" must not appear to have that of Object.
    ownProperties: true,
    // Optimizing takes longer than it saves (docs/decisions/0009-contracts.md).
    code: { regExp: regExpOf(budget.spend.affords), optimize: false },
  });
  setOwnKeywords(ajv, budget);
  countCosts(ajv, budget);
  const validate = ajv.compile(schema);
  return (value, size) => {
    budget.refill(budgetOf(size));
    return validate(value) ? null : (validate.errors?.at(-1) ?? unexplained);
  };
}

const unexplained: KeywordFailure = { keyword: 'not', instancePath: '', params: {} };

/**
 * For `patternProperties`. Ajv distinguishes patterns by `toString`; it needs `code` only to write modules, which it does not
 * do.
 */
function regExpOf(affords: Affords) {
  return Object.assign(
    (source: string) => {
      const pattern = compilePattern(source);
      return { test: (name: string) => pattern.ok && pattern.test(name, affords), toString: () => source };
    },
    { code: 'compilePattern' },
  );
}
