import { isJsonObject } from '../../../json-schema/json.ts';
import { quoted } from '../../../json-schema/quoted.ts';
import { type KeywordFailure, pointerTo } from '../evaluation/keyword-failure.ts';
import { characters, items, members } from '../evaluation/sizes.ts';
import { expectedBy } from './expected.ts';
import { meantBy, sentInsteadOf } from './near-names.ts';
import { receivedInsteadOf } from './received.ts';

/**
 * One violation of a contract, for people and for programs. Says what is expected, and of what was received only its kind and
 * its size, never the value.
 */
export type Violation = Readonly<{
  /** JSON pointer (RFC 6901). */
  pointer: string;
  message: string;
  /** What is expected there: "a whole number". */
  expected: string;
}>;

/**
 * Returns the violation for a failed keyword.
 *
 * @param withHints whether the message names the member that was probably meant.
 */
export function violationOf(failure: KeywordFailure, withHints = true): Violation {
  const { keyword, instancePath, params, schema, parentSchema, data } = failure;
  const limit = typeof schema === 'number' ? String(schema) : '';
  const here = (expected: string, predicate = `must be ${expected}`): Violation => {
    if (failure.allowsNull !== true) return at(instancePath, expected, predicate);
    const orNull = predicate === `must be ${expected}` ? ', or null' : ', or be null';
    return at(
      instancePath,
      `${expected}, or null`,
      predicate.startsWith('must ') ? predicate + orNull : predicate,
    );
  };
  const sized = (expected: string): Violation => {
    const size = sizeOf(data);
    return followedBy(here(expected), size === null ? '' : `, but has ${size}`);
  };
  const form = (forms: unknown): Violation => {
    const expected = expectedBy(forms);
    const received = receivedInsteadOf(forms, data);
    return (
      missingBody(instancePath, data, expected) ??
      jsonWithinText(instancePath, data, expected) ??
      // Also in `expected`: a summary of drift shows nothing else, and null is what responses have most often.
      (data === null
        ? here(received === null ? expected : `${expected}, not null`)
        : followedBy(here(expected), received === null ? '' : `, not ${received}`))
    );
  };
  switch (keyword) {
    case 'required':
    case 'dependentRequired': {
      const { missingProperty, property } = params;
      const member = memberSchema(parentSchema, String(missingProperty));
      const when = typeof property === 'string' ? ` when ${quoted(property)} is given` : '';
      const pointer = pointerTo(instancePath, String(missingProperty));
      const sent = withHints ? sentInsteadOf(String(missingProperty), parentSchema, data) : null;
      const hint = sent === null ? '' : `; did you send it as ${quoted(sent)}?`;
      return at(pointer, expectedBy(member).replace(/^a different /, 'a '), `is required${when}${hint}`);
    }
    case 'type':
      return form(parentSchema);
    case 'enum':
    case 'const':
    case 'anyOf':
      return form({ [keyword]: schema });
    case 'minimum':
      return here(`${limit} or more`);
    case 'maximum':
      return here(`${limit} or less`);
    case 'exclusiveMinimum':
      return here(`more than ${limit}`);
    case 'exclusiveMaximum':
      return here(`less than ${limit}`);
    case 'multipleOf':
      return here(`a multiple of ${limit}`);
    case 'minLength':
      if (schema === 1) return here('text that is not empty', 'must not be empty');
      return sized(`text of at least ${counted(schema, 'character')}`);
    case 'maxLength':
      return sized(`text of at most ${counted(schema, 'character')}`);
    case 'pattern':
      return here(`text that matches the pattern ${quoted(String(schema))}`);
    case 'minItems':
      return sized(`a list of at least ${counted(schema, 'item')}`);
    case 'maxItems':
      return sized(`a list of at most ${counted(schema, 'item')}`);
    case 'uniqueItems':
      return here('a list without duplicates');
    case 'contains':
      return here(`a list that contains ${expectedBy(schema)}`);
    case 'maxContains':
      return here('a list with fewer matching items', 'contains too many matching items');
    case 'minProperties':
      return sized(`an object with at least ${counted(schema, 'field')}`);
    case 'maxProperties':
      return sized(`an object with at most ${counted(schema, 'field')}`);
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      const meant = withHints ? meantBy(name, parentSchema, data) : null;
      const hint = meant === null ? '' : `; did you mean ${quoted(meant)}?`;
      return at(pointerTo(instancePath, name), 'nothing', `is not a known field${hint}`);
    }
    case 'propertyNames':
      return here('an object with different field names', 'contains a field whose name is not allowed');
    default:
      return here('a different value', 'does not match the contract');
  }
}

/** The size of a value in the unit of its limits: characters, items or fields. */
function sizeOf(data: unknown): string | null {
  const size = characters(data) ?? items(data) ?? members(data);
  return size === null ? null : String(size);
}

function counted(limit: unknown, unit: string): string {
  return `${String(limit)} ${unit}${limit === 1 ? '' : 's'}`;
}

function at(pointer: string, expected: string, predicate: string): Violation {
  return { pointer, message: `${nameOf(pointer)} ${predicate}`, expected };
}

function followedBy(violation: Violation, received: string): Violation {
  return { ...violation, message: violation.message + received };
}

/** Null stands for a missing body, and FastAPI reports it in this way. */
function missingBody(pointer: string, data: unknown, expected: string): Violation | null {
  if (pointer !== '' || data !== null) return null;
  return { pointer, message: 'a JSON body is required', expected };
}

/** JSON encoded twice: callers put the output of a serializer into a field, or send it as the body. */
function jsonWithinText(pointer: string, data: unknown, expected: string): Violation | null {
  if (typeof data !== 'string' || !/\b(?:an object|a list)\b/.test(expected)) return null;
  const [first, last] = [data.trimStart().at(0), data.trimEnd().at(-1)];
  if (!((first === '{' && last === '}') || (first === '[' && last === ']'))) return null;
  const predicate = `must be ${expected}, but is JSON within text (encoded twice); send it without quotes around it`;
  return at(pointer, expected, predicate);
}

function memberSchema(parent: unknown, name: string): unknown {
  const { properties } = isJsonObject(parent) ? parent : {};
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : null;
}

/** Returns a pointer as people write it: `companies[2].domain`; the root is "the body". */
function nameOf(pointer: string): string {
  if (pointer === '') return 'the body';
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = tokens.map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token || '""'}`)).join('');
  return quoted(name.replace(/^\./, '')).slice(1, -1);
}
