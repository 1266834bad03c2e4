import { isJsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { quoted } from '../../../json-schema/quoted.ts';
import { type Failure, pointerTo } from '../evaluation/keyword-failure.ts';

/** One fault of a value, for people and for programs. Says what is wanted, never what was sent. */
export type Fault = Readonly<{
  /** JSON pointer (RFC 6901). */
  pointer: string;
  message: string;
  /** What should stand there: "a whole number". */
  expected: string;
}>;

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

const shownMembers = 8;

/** What a schema wants, in words. */
export function wantedBy(schema: unknown): string {
  const { type, enum: members, const: constant, anyOf, oneOf } = isJsonObject(schema) ? schema : {};
  if (constant !== undefined) return shown(constant);
  if (isList(members)) return `${members.length > 1 ? 'one of ' : ''}${shownList(members)}`;
  if (isList(type)) return alternatives(type.map(typeWord));
  if (type !== undefined) return typeWord(type);
  const variants = [anyOf, oneOf].find(isList) ?? [];
  return variants.length === 0 ? 'another value' : alternatives(variants.map(wantedBy));
}

function typeWord(type: JsonValue): string {
  return typeof type === 'string' ? (typeWords[type] ?? type) : '';
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The words for one failure. */
export function faultOf(failure: Failure): Fault {
  const { keyword, instancePath, params, schema, parentSchema, data } = failure;
  const limit = typeof schema === 'number' ? String(schema) : '';
  const here = (wanted: string, words = `must be ${wanted}`): Fault => {
    if (failure.isNullTaken !== true) return at(instancePath, wanted, words);
    const orNull = words === `must be ${wanted}` ? ', or null' : ', or be null';
    return at(instancePath, `${wanted}, or null`, words.startsWith('must ') ? words + orNull : words);
  };
  const form = (forms: unknown): Fault => {
    const wanted = wantedBy(forms);
    return absent(instancePath, data, wanted) ?? here(data === null ? `${wanted}, not null` : wanted);
  };
  switch (keyword) {
    case 'required':
    case 'dependentRequired': {
      const { missingProperty, property } = params;
      const member = memberSchema(parentSchema, String(missingProperty));
      const wanted = wantedBy(member).replace(/^another /, 'a ');
      const when = typeof property === 'string' ? ` where ${quoted(property)} is given` : '';
      return at(pointerTo(instancePath, String(missingProperty)), wanted, `is required${when}`);
    }
    case 'type':
      return form(parentSchema);
    case 'enum':
    case 'const':
    case 'anyOf':
      return form({ [keyword]: schema });
    case 'oneOf':
      if (!params['passingSchemas']) return form({ oneOf: schema });
      return here('one form only', 'fits more than one of the forms that it may have');
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
      return here(`text of ${limit} characters or more`);
    case 'maxLength':
      return here(`text of ${limit} characters or less`);
    case 'pattern':
      return here(`text of the pattern ${quoted(String(schema))}`);
    case 'minItems':
      return here(`a list of ${limit} or more`);
    case 'maxItems':
      return here(`a list of ${limit} or fewer`);
    case 'uniqueItems':
      return here('a list without repetitions');
    case 'contains':
      return here(`a list with ${wantedBy(schema)} in it`);
    case 'maxContains':
      return here('another list', 'has too many of one kind');
    case 'minProperties':
      return here(`an object of ${limit} or more members`);
    case 'maxProperties':
      return here(`an object of ${limit} or fewer members`);
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return at(
        pointerTo(instancePath, String(params['additionalProperty'] ?? params['unevaluatedProperty'])),
        'nothing',
        'is not a field that this workflow knows',
      );
    case 'propertyNames':
      return here('an object with other names', 'has a name that it must not have');
    default:
      return here('another value', 'is not as the contract wants it');
  }
}

function at(pointer: string, expected: string, words: string): Fault {
  return { pointer, message: `${nameOf(pointer)} ${words}`, expected };
}

/** Null stands for a body that is missing, and that is how FastAPI says it. */
function absent(pointer: string, data: unknown, expected: string): Fault | null {
  if (pointer !== '' || data !== null) return null;
  return { pointer, message: 'a JSON body is required', expected };
}

function memberSchema(parent: unknown, name: string): unknown {
  const { properties } = isJsonObject(parent) ? parent : {};
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : null;
}

/** A pointer as people write it: `companies[2].domain`; the whole is "the body". */
function nameOf(pointer: string): string {
  if (pointer === '') return 'the body';
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = tokens.map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token || '""'}`)).join('');
  return quoted(name.replace(/^\./, '')).slice(1, -1);
}

function alternatives(words: readonly string[]): string {
  const each = [...new Set(words)];
  const last = each.at(-1) ?? '';
  return each.length < 2 ? last : `${each.slice(0, -1).join(', ')} or ${last}`;
}

function shownList(members: readonly JsonValue[]): string {
  const more = members.length - shownMembers;
  const words = members.slice(0, shownMembers).map(shown);
  return more > 0 ? `${words.join(', ')} and ${more} more` : alternatives(words);
}

function shown(value: JsonValue): string {
  return quoted(typeof value === 'string' ? value : JSON.stringify(value)).replace(
    /^"(.*)"$/,
    typeof value === 'string' ? '"$1"' : '$1',
  );
}
