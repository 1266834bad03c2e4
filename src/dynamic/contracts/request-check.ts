import type { FieldError, Problem } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json-schema/json.ts';
import type { ContractMode, RouteDefinition } from '../../schemas/route-definition.ts';
import type { Contract } from './contract.ts';
import { withDefaults } from './default-members.ts';
import { maxFaults } from './messages/violations.ts';
import type { Fault } from './messages/validation-messages.ts';
import { type JsonBody, readJson } from './json-body.ts';
import { TooManySteps } from './evaluation/evaluation-budget.ts';

/** What a contract makes of a body. */
export type BodyVerdict =
  | Readonly<{ kind: 'good'; body: Uint8Array | null }>
  | Readonly<{ kind: 'bad'; faults: readonly Fault[]; problem: Problem }>;

/** Faults that are named in the one sentence of the problem; the others are in its errors[]. */
const namedFaults = 3;

/** Whether bodies of a route are looked at; where not, they pass as they come and are not even held. */
export function isChecked(route: RouteDefinition): route is RouteDefinition & { requestSchema: JsonObject } {
  return route.requestSchema !== null && route.method !== 'GET' && modeOf(route) !== 'off';
}

/** A contract that says nothing of its mode is enforced: what was declared is what is promised to callers and functions. */
export function modeOf({ contractMode }: RouteDefinition): ContractMode {
  return contractMode ?? 'enforce';
}

/** Judges a body; a good one comes back with the defaults of missing members. */
export function checkBody({ laxFaultsIn, defaults }: Contract, body: Uint8Array | null): BodyVerdict {
  const json = readJson(body);
  if (!json.ok) return notJson(json);
  const faults = faultsOf(() => laxFaultsIn(json.value, body?.byteLength ?? 0));
  if (faults.length > 0) return { kind: 'bad', faults, problem: notAsWanted(faults) };
  const isFilled = body !== null && isJsonObject(json.value);
  return { kind: 'good', body: isFilled ? withDefaults(body, json.value, defaults) : body };
}

/** A recursive contract is followed as deep as the body goes, which may be deeper than the stack. */
function faultsOf(check: () => readonly Fault[]): readonly Fault[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof TooManySteps) {
      return [
        { pointer: '', message: 'the body has too much in it to be checked', expected: 'less at once' },
      ];
    }
    if (!(error instanceof RangeError)) throw error;
    return [{ pointer: '', message: 'the body is nested too deep', expected: 'less nesting' }];
  }
}

function notJson({ why, place }: Extract<JsonBody, { ok: false }>): BodyVerdict {
  const where = place === null ? '' : ` at line ${place.line}, column ${place.column}`;
  const fault = { pointer: '', message: `the body is not JSON${where}: ${why}`, expected: 'JSON' };
  const problem: Problem = {
    code: 'invalid_json',
    detail: `The body is not JSON${where}: ${why}; the function has not seen this call.`,
    errors: [fault],
    ...(place === null ? {} : { extra: { place } }),
  };
  return { kind: 'bad', faults: [fault], problem };
}

function notAsWanted(faults: readonly Fault[]): Problem {
  const errors: readonly FieldError[] = faults.slice(0, maxFaults);
  const more = faults.length - namedFaults;
  const named = faults.slice(0, namedFaults).map(({ message }) => message);
  const detail = `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}. The function has not seen this call.`;
  return { code: 'invalid_request_body', detail, errors };
}
