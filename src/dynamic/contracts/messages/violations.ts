import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import type { KeywordFailure } from '../evaluation/keyword-failure.ts';
import { searchFailures, type SearchLimits } from './failure-search.ts';
import { type Violation, violationOf } from './validation-messages.ts';
import { BudgetExceeded } from '../evaluation/evaluation-budget.ts';

/** More than a person fixes at once. */
export const maxReportedErrors = 20;

/** All failures where a few hundredths of a second suffice, else the first, within half a second. */
const searches: readonly SearchLimits[] = [
  { budget: 500_000, failures: 1_000 },
  { budget: 10_000_000, failures: 1 },
];

/**
 * The violations of a value that is not valid against a normalized schema, one for each pointer.
 *
 * @param first the failure at which the validator stopped, for values that no search explains.
 */
export function violationsOf(
  schema: JsonObject,
  value: JsonValue,
  first: KeywordFailure,
): readonly Violation[] {
  const byPointer = new Map<string, Violation>();
  for (const failure of failuresOf(schema, value) ?? [first]) {
    const violation = violationOf(failure);
    if (!byPointer.has(violation.pointer)) byPointer.set(violation.pointer, violation);
  }
  return [...byPointer.values()];
}

function failuresOf(schema: JsonObject, value: JsonValue): readonly KeywordFailure[] | null {
  for (const limits of searches) {
    try {
      const found = searchFailures(schema, value, limits);
      return found.length === 0 ? null : found;
    } catch (error) {
      // The search uses more of the stack than the validator.
      if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error;
    }
  }
  return null;
}
