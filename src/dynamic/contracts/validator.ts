import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../../schemas/json.ts';
import { longestTestedText, patternRegExp } from '../../schemas/pattern.ts';

export type Validator = Readonly<{
  isValid: (value: JsonValue) => boolean;
  /** What is wrong with a value: everything, or only the first thing. */
  errorsOf: (value: JsonValue, all: boolean) => readonly ErrorObject[];
}>;

/**
 * Compiles a contract that was found good (schemas/contract.ts). Formats are not checked (2020-12 validation, section 7.2:
 * an annotation): functions read them more generously than any checker.
 *
 * @throws Error for what only compiling can tell.
 */
export function createValidator(schema: JsonObject): Validator {
  const isValid = ajvOf({}).compile(schema);
  const explainFirst = once(() => ajvOf({ verbose: true }).compile(schema));
  const explainAll = once(() => ajvOf({ verbose: true, allErrors: true }).compile(schema));
  return {
    isValid: (value) => isValid(value),
    errorsOf: (value, all) => {
      const validate = all ? explainAll() : explainFirst();
      return validate(value) ? [] : (validate.errors ?? []);
    },
  };
}

/** One for each contract, so that nothing of a contract that is gone stays, and equal `$id`s do not meet. */
function ajvOf(explaining: Readonly<{ verbose?: true; allErrors?: true }>): Ajv2020 {
  const ajv = new Ajv2020({
    ...explaining,
    strict: false,
    logger: false,
    // The schema was checked against its meta-schema when its row was judged.
    meta: false,
    validateSchema: false,
    validateFormats: false,
    // Inlined references would be compiled as often as they are referred to.
    inlineRefs: false,
    // A body without the member "constructor" must not be found to have Object's.
    ownProperties: true,
    // 19.99 is a multiple of 0.01, as it is for pydantic.
    multipleOfPrecision: 9,
    // Optimizing takes longer than it saves.
    code: { regExp: boundedRegExp, optimize: false },
  });
  for (const keyword of ['enum', 'uniqueItems']) ajv.removeKeyword(keyword);
  ajv.addKeyword({ keyword: 'enum', schemaType: 'array', compile: isMember });
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', compile: isUnique });
  return ajv;
}

/** Ajv's own looks through the whole list for each value: a body of 10 MiB against 1,000 members would take seconds. */
function isMember(members: readonly JsonValue[]): (value: JsonValue) => boolean {
  const known = new Set(members.map(canonical));
  return (value) => known.has(canonical(value));
}

/** Ajv's own compares each item with each. */
function isUnique(isAsked: boolean): (items: readonly JsonValue[]) => boolean {
  return (items) => !isAsked || new Set(items.map(canonical)).size === items.length;
}

/** Equal texts for equal values, in whatever order their members are. */
function canonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`,
  );
  return `{${members.toSorted().join(',')}}`;
}

/** Ajv asks for `code` to write it into modules, which is not done here. */
const boundedRegExp = Object.assign(
  (pattern: string) => {
    const regExp = patternRegExp(pattern);
    const longest = longestTestedText(pattern) ?? 0;
    return {
      test: (text: string) => text.length > longest || regExp === null || regExp.test(text),
      // By which Ajv tells patterns apart.
      toString: () => pattern,
    };
  },
  { code: 'boundedRegExp' },
);

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
