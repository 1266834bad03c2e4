import type { JsonValue } from '../../json-schema/json.ts';
import { joinChunks } from '../call/call.ts';
import type { FunctionResponse } from '../call/call-result.ts';
import type { Contract } from './contract.ts';
import type { Fault } from './messages/validation-messages.ts';
import { readJson } from './json-body.ts';
import { TooManySteps } from './evaluation/evaluation-budget.ts';

/** Whether a response is one that its contract describes and that can be read: a buffered JSON success. */
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

/** How a response differs from its contract. Exactly: what a function writes is not read laxly by its callers. */
export function driftOf(contract: Contract, { body }: FunctionResponse): readonly Fault[] {
  if (body.kind === 'streamed') return [];
  const json = readJson(joinChunks(body.chunks, body.size));
  if (!json.ok) return [{ pointer: '', message: 'the response is not JSON', expected: 'JSON' }];
  return strictly(contract, json.value, body.size);
}

function strictly({ faultsIn }: Contract, value: JsonValue, size: number): readonly Fault[] {
  try {
    return faultsIn(value, size);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TooManySteps)) throw error;
    return [];
  }
}
