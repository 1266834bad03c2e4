import type { JsonValue } from '../../schemas/json.ts';
import { holdBytes, joined } from '../held-body.ts';
import type { UpstreamAnswer } from '../upstream.ts';
import type { Contract } from './contract.ts';
import type { Fault } from './fault-words.ts';
import { readJson } from './json-body.ts';
import { TooManySteps } from './steps.ts';

/** Whether an answer is one that its contract speaks of and that can be read: a whole JSON success of sane size. */
export function isCheckable({ status, headers, body }: UpstreamAnswer): boolean {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  return (
    status >= 200 &&
    status < 300 &&
    body.rest === null &&
    body.size > 0 &&
    body.size <= holdBytes &&
    encoding === undefined &&
    typeof type === 'string' &&
    /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i.test(type)
  );
}

/** How an answer differs from its contract. Exactly: what a function writes is not read laxly by its callers. */
export function driftOf(contract: Contract, { body }: UpstreamAnswer): readonly Fault[] {
  const json = readJson(joined(body));
  if (!json.ok) return [{ pointer: '', message: 'the answer is not JSON', expected: 'JSON' }];
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
