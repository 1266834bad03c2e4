import type { FieldError, ProblemOfCall } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json-schema/json.ts';
import type { ContractMode, RouteDefinition } from '../../schemas/route-definition.ts';
import type { Contract } from './compiled-contract.ts';
import { withDefaults } from './default-members.ts';
import { BudgetExceeded } from './evaluation/evaluation-budget.ts';
import { type JsonBody, readJson } from './json-body.ts';
import type { Violation } from './messages/validation-messages.ts';
import { maxFailures, maxReportedErrors } from './messages/violations.ts';

/** The verdict of a contract on a body. */
export type BodyVerdict =
  | Readonly<{ kind: 'valid'; body: Uint8Array | null }>
  | Readonly<{ kind: 'invalid'; violations: readonly Violation[]; problem: ProblemOfCall }>
  /** The contract cannot be compiled. */
  | Readonly<{ kind: 'unusable'; error: unknown }>
  /** It could not be validated now, so nothing is known about it. */
  | Readonly<{ kind: 'unknown'; problem: ProblemOfCall }>;

/** The number of violations that the problem's detail names; its `errors` has the others. */
const namedErrors = 3;

/** Whether bodies of a route are validated; if not, they pass unread and are not even buffered. */
export function isChecked(route: RouteDefinition): route is RouteDefinition & { requestSchema: JsonObject } {
  return route.requestSchema !== null && route.method !== 'GET' && modeOf(route) !== 'off';
}

/** A contract without a mode is enforced: callers and functions rely on what was declared. */
export function modeOf({ contractMode }: RouteDefinition): ContractMode {
  return contractMode ?? 'enforce';
}

/** Whether the function receives the defaults of missing members. PATCH writes what it is sent, and nothing else. */
export function appliesDefaults({ applyDefaults, method }: RouteDefinition): boolean {
  return applyDefaults && method !== 'PATCH';
}

/** A verdict that was reached. */
export type KnownVerdict = Extract<BodyVerdict, { kind: 'valid' | 'invalid' }>;

/** Validates a body; a valid one is returned unchanged, or with the defaults of missing members. */
export function checkBody(
  contract: Contract,
  body: Uint8Array | null,
  withDefaultMembers: boolean,
): KnownVerdict {
  try {
    return validateBody(contract, body, withDefaultMembers);
  } catch (error) {
    if (error instanceof BudgetExceeded) return tooComplex;
    throw error;
  }
}

/**
 * The same, for a contract whose budget may be too small for the body.
 *
 * @throws BudgetExceeded
 */
export function validateBody(
  { laxViolationsIn, defaults }: Contract,
  body: Uint8Array | null,
  withDefaultMembers: boolean,
): KnownVerdict {
  const json = readJson(body);
  if (!json.ok) return notJson(json);
  const violations = violationsFound(() => laxViolationsIn(json.value, body?.byteLength ?? 0));
  if (violations.length > 0) return { kind: 'invalid', violations, problem: invalidBody(violations) };
  if (!withDefaultMembers || body === null || !isJsonObject(json.value)) return { kind: 'valid', body };
  return { kind: 'valid', body: withDefaults(body, json.value, defaults()) };
}

/** A recursive contract is evaluated as deep as the body is nested, which may be deeper than the stack. */
function violationsFound(find: () => readonly Violation[]): readonly Violation[] {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ pointer: '', message: 'the body is nested too deeply', expected: 'less nesting' }];
  }
}

function notJson({ why, place, excerpt }: Extract<JsonBody, { ok: false }>): KnownVerdict {
  const where = place === null ? '' : ` at line ${place.line}, column ${place.column}`;
  const message = `the body is not valid JSON${where}: ${why}`;
  const violation = { pointer: '', message, expected: 'JSON' };
  const problem: ProblemOfCall = {
    code: 'invalid_json',
    detail: `${capitalized(message)}; the function has not seen this call.${excerpt === null ? '' : ` Excerpt: ${excerpt}`}`,
    errors: [violation],
    ...(place === null ? {} : { extra: { place, excerpt } }),
  };
  return { kind: 'invalid', violations: [violation], problem };
}

function invalidBody(violations: readonly Violation[]): ProblemOfCall {
  const errors: readonly FieldError[] = violations.slice(0, maxReportedErrors);
  const more = violations.length - namedErrors;
  const least = violations.length < maxFailures ? '' : 'at least ';
  const named = violations.slice(0, namedErrors).map(({ message }) => message);
  // Field names keep their case; only a message about the whole body begins with a word.
  if (violations[0]?.pointer === '') named[0] = capitalized(violations[0].message);
  const detail = `${named.join('; ')}${more > 0 ? `; and ${least}${more} more` : ''}. The function has not seen this call.`;
  return { code: 'invalid_request_body', detail, errors };
}

/** The verdict on a body that takes more steps, time or memory than its size allows. */
export const tooComplex: KnownVerdict = (() => {
  const message = 'the body is too complex to validate';
  const violations = [{ pointer: '', message, expected: 'a simpler or smaller body' }];
  return { kind: 'invalid', violations, problem: invalidBody(violations) };
})();

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
