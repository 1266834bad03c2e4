import type { JsonValue } from '../../json-schema/json.ts';
import { joinChunks } from '../call/call.ts';
import type { FunctionResponse } from '../call/call-result.ts';
import type { Contract } from './contract.ts';
import type { Violation } from './messages/validation-messages.ts';
import { readJson } from './json-body.ts';
import { BudgetExceeded } from './evaluation/evaluation-budget.ts';

/** Whether a response can be validated: a successful one, JSON, buffered and not compressed. */
export function isCheckable({ status, headers, body }: FunctionResponse): boolean {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  return (
    status >= 200 &&
    status < 300 &&
    body.kind === 'buffered' &&
    body.size > 0 &&
    encoding === undefined &&
    typeof type === 'string' &&
    /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i.test(type)
  );
}

/** The violations of a response, strictly: callers do not read laxly what a function writes. */
export function driftOf(contract: Contract, { body }: FunctionResponse): readonly Violation[] {
  if (body.kind === 'streamed') return [];
  const json = readJson(joinChunks(body.chunks, body.size));
  if (!json.ok) return [{ pointer: '', message: 'the response is not valid JSON', expected: 'JSON' }];
  return strictViolations(contract, json.value, body.size);
}

function strictViolations({ violationsIn }: Contract, value: JsonValue, size: number): readonly Violation[] {
  try {
    return violationsIn(value, size);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof BudgetExceeded)) throw error;
    return [];
  }
}
