import { isJsonObject, type JsonObject, type JsonValue } from '../../schemas/json.ts';
import { textsOf } from './child-schemas.ts';

/** The defaults of a contract's top-level members, each as it is written into a body: `"limit":100`. */
export type DefaultMembers = ReadonlyMap<string, string>;

const openingBrace = 0x7b;
const comma = new Uint8Array([0x2c]);

export function defaultMembersOf({ properties }: JsonObject): DefaultMembers {
  const members = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(
    ([name, property]): [string, string][] =>
      isJsonObject(property) && Object.hasOwn(property, 'default')
        ? [[name, `${JSON.stringify(name)}:${JSON.stringify(property['default'])}`]]
        : [],
  );
  return new Map(members);
}

/** The schema for bodies before they are given defaults: what has one is never missing. */
export function withoutDefaulted(schema: JsonObject, defaults: DefaultMembers): JsonObject {
  const { required, dependentRequired, minProperties } = schema;
  if (defaults.size === 0) return schema;
  const others = (names: JsonValue): JsonValue => textsOf(names).filter((name) => !defaults.has(name));
  return {
    ...schema,
    ...(required === undefined ? {} : { required: others(required) }),
    ...(typeof minProperties === 'number'
      ? { minProperties: Math.max(0, minProperties - defaults.size) }
      : {}),
    ...(isJsonObject(dependentRequired)
      ? {
          dependentRequired: Object.fromEntries(
            Object.entries(dependentRequired).map(([name, names]) => [name, others(names)]),
          ),
        }
      : {}),
  };
}

/**
 * The body with the defaults of missing members after its opening brace, and every byte of the caller's behind it: long
 * numbers, `1.0`, duplicate members and white space survive.
 *
 * @param value what `body` says, an object.
 */
export function withDefaults(body: Uint8Array, value: JsonObject, defaults: DefaultMembers): Uint8Array {
  const missing = [...defaults].filter(([name]) => !Object.hasOwn(value, name)).map(([, text]) => text);
  if (missing.length === 0) return body;
  const inside = body.indexOf(openingBrace) + 1;
  const isEmpty = Object.keys(value).length === 0;
  return Buffer.concat([
    body.subarray(0, inside),
    Buffer.from(missing.join(',')),
    isEmpty ? new Uint8Array() : comma,
    body.subarray(inside),
  ]);
}
