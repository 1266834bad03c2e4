import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';

/** A keyword that a value fails. Contains the value: only `violationOf` may turn it into a message. */
export type KeywordFailure = Readonly<{
  keyword: string;
  /** JSON pointer (RFC 6901) to the value. */
  instancePath: string;
  /** Details of the failure: `missingProperty`, `property`, `additionalProperty`. */
  params: Readonly<Record<string, unknown>>;
  /** The value of the keyword. */
  schema?: unknown;
  parentSchema?: unknown;
  data?: unknown;
  /** Set if null would also be valid. */
  allowsNull?: true;
}>;

/** The failure of a keyword of this schema at a value. */
export function failureOf(
  keyword: string,
  [parentSchema, data, instancePath]: readonly [schema: JsonObject, value: JsonValue, at: string],
  params: KeywordFailure['params'] = {},
): KeywordFailure {
  return { keyword, instancePath, params, schema: parentSchema[keyword], parentSchema, data };
}

/** Names and pointers are shortened to this: a name may be as long as a body, and a thousand pointers may begin with it. */
const maxTokenLength = 200;
const maxPointerLength = 1_000;

/** Appends a token to a pointer (RFC 6901 section 3); one that is too long is not extended. */
export function pointerTo(at: string, token: string | number): string {
  if (at.length > maxPointerLength) return at;
  if (typeof token === 'number') return `${at}/${token}`;
  const name = token.length > maxTokenLength ? `${token.slice(0, maxTokenLength)}…` : token;
  return `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
