import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';

/** One keyword of a schema that a value is not as it wants it. Has the value in it: only `faultOf` may put it into words. */
export type Failure = Readonly<{
  keyword: string;
  /** JSON pointer (RFC 6901) to the value. */
  instancePath: string;
  /** What the keyword does not say by itself: `missingProperty`, `property`, `additionalProperty`, `passingSchemas`. */
  params: Readonly<Record<string, unknown>>;
  /** What the keyword is set to. */
  schema?: unknown;
  parentSchema?: unknown;
  data?: unknown;
  /** Whether null would do as well. */
  isNullTaken?: true;
}>;

/** The failure of a keyword of this schema at a value. */
export function failureOf(
  keyword: string,
  [parentSchema, data, instancePath]: readonly [schema: JsonObject, value: JsonValue, at: string],
  params: Failure['params'] = {},
): Failure {
  return { keyword, instancePath, params, schema: parentSchema[keyword], parentSchema, data };
}

/** RFC 6901 section 3. */
export function pointerTo(at: string, token: string | number): string {
  if (typeof token === 'number') return `${at}/${token}`;
  return `${at}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
