import type { JsonObject, JsonValue } from '../../json-schema/json.ts';
import { type DefaultMembers, defaultMembersOf, withoutDefaulted } from './default-members.ts';
import {
  budgetFor,
  type BudgetFor,
  createEvaluationBudget,
  loopBudgetFor,
} from './evaluation/evaluation-budget.ts';
import { readLaxly } from './evaluation/lax-values.ts';
import { normalizedSchema } from './evaluation/normalized-schema.ts';
import { createValidator } from './evaluation/validator.ts';
import type { Violation } from './messages/validation-messages.ts';
import { loopSearches, type Searches, violationsOf, workerSearches } from './messages/violations.ts';

/** A contract column ready for use. */
export type Contract = Readonly<{
  /**
   * Returns the violations of a value; none if it is valid.
   *
   * @param size the size of the value as JSON, in bytes.
   * @throws BudgetExceeded
   */
  violationsIn: (value: JsonValue, size: number) => readonly Violation[];
  /** The same, but values that FastAPI's lax mode accepts are valid, too. */
  laxViolationsIn: (value: JsonValue, size: number) => readonly Violation[];
  /** Computed on first use: most rows do not apply them. */
  defaults: () => DefaultMembers;
}>;

/** How much work a contract may do. */
export type Effort = Readonly<{ budgetFor: BudgetFor; searches: Searches }>;

/** The effort in a worker thread. */
export const workerEffort: Effort = { budgetFor, searches: workerSearches };

/** The effort on the event loop: a value that takes more throws BudgetExceeded, and is left to a worker thread. */
export const loopEffort: Effort = { budgetFor: loopBudgetFor, searches: loopSearches };

/**
 * Compiles a contract column that `parseContract` accepted.
 *
 * @throws Error for problems that only compiling reveals.
 */
export function createContract(
  column: JsonObject,
  { budgetFor: budgetOf, searches }: Effort = workerEffort,
): Contract {
  const schema = normalizedSchema(column);
  const effective = withoutDefaulted(schema);
  let defaults: DefaultMembers | undefined;
  const firstFailureOf = createValidator(effective, budgetOf);
  const budget = createEvaluationBudget();
  const violationsIn = (value: JsonValue, size: number): readonly Violation[] => {
    const first = firstFailureOf(value, size);
    return first === null ? [] : violationsOf(effective, value, first, searches);
  };
  return {
    violationsIn,
    laxViolationsIn: (value, size) => {
      if (firstFailureOf(value, size) === null) return [];
      budget.refill(budgetOf(size));
      return violationsIn(readLaxly(effective, value, budget.spend), size);
    },
    defaults: () => (defaults ??= defaultMembersOf(schema)),
  };
}
