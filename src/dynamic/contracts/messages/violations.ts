import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import type { Failure } from '../evaluation/keyword-failure.ts';
import { searchFaults, type SearchLimits } from './failure-search.ts';
import { type Fault, faultOf } from './validation-messages.ts';
import { TooManySteps } from '../evaluation/evaluation-budget.ts';

/** More than a person mends at once. */
export const maxFaults = 20;

/** All faults, as far as they are found within a few hundredths of a second; else the first, within half a second. */
const searches: readonly SearchLimits[] = [
  { steps: 500_000, failures: 1_000 },
  { steps: 10_000_000, failures: 1 },
];

/**
 * The faults of a value that is not as a plain schema wants it, each place once.
 *
 * @param stop where judging it stopped, for what no search finds.
 */
export function faultsOf(schema: JsonObject, value: JsonValue, stop: Failure): readonly Fault[] {
  const byPlace = new Map<string, Fault>();
  for (const failure of failuresOf(schema, value) ?? [stop]) {
    const fault = faultOf(failure);
    if (!byPlace.has(fault.pointer)) byPlace.set(fault.pointer, fault);
  }
  return [...byPlace.values()];
}

function failuresOf(schema: JsonObject, value: JsonValue): readonly Failure[] | null {
  for (const limits of searches) {
    try {
      const found = searchFaults(schema, value, limits);
      return found.length === 0 ? null : found;
    } catch (error) {
      // The search takes more of the stack than judging does.
      if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
    }
  }
  return null;
}
