import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import type { KeywordFailure } from '../evaluation/keyword-failure.ts';
import { searchFailures, type SearchLimits } from './failure-search.ts';
import { type Violation, violationOf } from './validation-messages.ts';
import { BudgetExceeded } from '../evaluation/evaluation-budget.ts';

/** More than a person fixes at once. */
export const maxReportedErrors = 20;

/** The number of failures after which a search ends: each takes 10 µs to explain, and nobody reads more. */
export const maxFailures = 100;

/** Searches for the failures of a value, tried one after another until one stays within its limits. */
export type Searches = Readonly<{
  limits: readonly SearchLimits[];
  /** Whether the validator's first failure is enough if no search does. */
  mayGiveUp: boolean;
}>;

/** All failures if a few hundredths of a second suffice, else the first one, within half a second. */
export const workerSearches: Searches = {
  limits: [
    { budget: 500_000, failures: maxFailures },
    { budget: 10_000_000, failures: 1 },
  ],
  mayGiveUp: true,
};

/** All failures, within a few milliseconds. */
export const loopSearches: Searches = {
  limits: [{ budget: 150_000, failures: maxFailures }],
  mayGiveUp: false,
};

/**
 * Returns the violations of a value that is not valid against a normalized schema, one for each pointer.
 *
 * @param first the failure at which the validator stopped, for values that no search explains.
 * @throws BudgetExceeded if the searches may not give up.
 */
export function violationsOf(
  schema: JsonObject,
  value: JsonValue,
  first: KeywordFailure,
  searches: Searches,
): readonly Violation[] {
  const byPointer = new Map<string, Violation>();
  for (const failure of failuresOf(schema, value, searches) ?? [first]) {
    // A hint compares a hundred names, and nobody sees the message of a violation that is not reported.
    const violation = violationOf(failure, byPointer.size < maxReportedErrors);
    if (!byPointer.has(violation.pointer)) byPointer.set(violation.pointer, violation);
  }
  return [...byPointer.values()];
}

function failuresOf(
  schema: JsonObject,
  value: JsonValue,
  { limits, mayGiveUp }: Searches,
): readonly KeywordFailure[] | null {
  for (const each of limits) {
    try {
      const found = searchFailures(schema, value, each);
      return found.length === 0 ? null : found;
    } catch (error) {
      if (error instanceof BudgetExceeded && !mayGiveUp) throw error;
      // The search uses more of the stack than the validator.
      if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error;
    }
  }
  return null;
}
