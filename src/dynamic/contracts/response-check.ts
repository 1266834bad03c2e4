import { hasNoCodings, isJsonType } from '../call/content-headers.ts';
import type { FunctionResponse } from '../call/call-result.ts';
import type { Contract } from './compiled-contract.ts';
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
    (encoding === undefined || (typeof encoding === 'string' && hasNoCodings(encoding))) &&
    typeof type === 'string' &&
    isJsonType(type)
  );
}

/** Returns the violations of a response, without lax mode: callers do not read responses leniently. */
export function driftIn(contract: Contract, body: Uint8Array): readonly Violation[] {
  try {
    return validateResponse(contract, body);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return [];
  }
}

/**
 * The same, for a contract whose budget may be too small for the response.
 *
 * @throws BudgetExceeded
 */
export function validateResponse({ violationsIn }: Contract, body: Uint8Array): readonly Violation[] {
  const json = readJson(body);
  if (!json.ok) return [{ pointer: '', message: 'the response is not valid JSON', expected: 'JSON' }];
  try {
    return violationsIn(json.value, body.byteLength);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [];
  }
}
