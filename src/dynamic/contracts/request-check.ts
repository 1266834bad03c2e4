import type { FieldError, Problem } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json-schema/json.ts';
import type { ContractMode, RouteDefinition } from '../../schemas/route-definition.ts';
import type { Contract } from './contract.ts';
import { withDefaults } from './default-members.ts';
import { BudgetExceeded } from './evaluation/evaluation-budget.ts';
import { type JsonBody, readJson } from './json-body.ts';
import type { Violation } from './messages/validation-messages.ts';
import { maxReportedErrors } from './messages/violations.ts';

/** The verdict of a contract on a body. */
export type BodyVerdict =
  | Readonly<{ kind: 'valid'; body: Uint8Array | null }>
  | Readonly<{ kind: 'invalid'; violations: readonly Violation[]; problem: Problem }>;

/** Violations that the one sentence of the problem names; its `errors` has the others. */
const namedErrors = 3;

/** Whether bodies of a route are validated; where not, they pass unread and are not even buffered. */
export function isChecked(route: RouteDefinition): route is RouteDefinition & { requestSchema: JsonObject } {
  return route.requestSchema !== null && route.method !== 'GET' && modeOf(route) !== 'off';
}

/** A contract without a mode is enforced: what was declared is what callers and functions were promised. */
export function modeOf({ contractMode }: RouteDefinition): ContractMode {
  return contractMode ?? 'enforce';
}

/** Whether the function receives the defaults of missing members. PATCH writes what it is sent, and nothing else. */
export function appliesDefaults({ applyDefaults, method }: RouteDefinition): boolean {
  return applyDefaults && method !== 'PATCH';
}

/** Validates a body; a valid one is returned as it is, or with the defaults of missing members. */
export function checkBody(
  { laxViolationsIn, defaults }: Contract,
  body: Uint8Array | null,
  withDefaultMembers: boolean,
): BodyVerdict {
  const json = readJson(body);
  if (!json.ok) return notJson(json);
  const violations = violationsFound(() => laxViolationsIn(json.value, body?.byteLength ?? 0));
  if (violations.length > 0) return { kind: 'invalid', violations, problem: invalidBody(violations) };
  if (!withDefaultMembers || body === null || !isJsonObject(json.value)) return { kind: 'valid', body };
  return { kind: 'valid', body: withDefaults(body, json.value, defaults()) };
}

/** A recursive contract is followed as deep as the body goes, which may be deeper than the stack. */
function violationsFound(find: () => readonly Violation[]): readonly Violation[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof BudgetExceeded) {
      return [
        {
          pointer: '',
          message: 'the body is too complex to validate',
          expected: 'a simpler or smaller body',
        },
      ];
    }
    if (!(error instanceof RangeError)) throw error;
    return [{ pointer: '', message: 'the body is nested too deeply', expected: 'less nesting' }];
  }
}

function notJson({ why, place }: Extract<JsonBody, { ok: false }>): BodyVerdict {
  const where = place === null ? '' : ` at line ${place.line}, column ${place.column}`;
  const message = `the body is not valid JSON${where}: ${why}`;
  const violation = { pointer: '', message, expected: 'JSON' };
  const problem: Problem = {
    code: 'invalid_json',
    detail: `${capitalized(message)}; the function has not seen this call.`,
    errors: [violation],
    ...(place === null ? {} : { extra: { place } }),
  };
  return { kind: 'invalid', violations: [violation], problem };
}

function invalidBody(violations: readonly Violation[]): Problem {
  const errors: readonly FieldError[] = violations.slice(0, maxReportedErrors);
  const more = violations.length - namedErrors;
  const named = violations.slice(0, namedErrors).map(({ message }) => message);
  // The name of a field stays as it is; only the body as a whole begins with a word.
  if (violations[0]?.pointer === '') named[0] = capitalized(violations[0].message);
  const detail = `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}. The function has not seen this call.`;
  return { code: 'invalid_request_body', detail, errors };
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
