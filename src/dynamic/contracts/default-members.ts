import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { textsOf } from '../../json-schema/lists.ts';

/** The defaults of a contract's top-level members, each as the text that is spliced into a body: `"limit":100`. */
export type DefaultMembers = ReadonlyMap<string, string>;

const openingBrace = 0x7b;

export function defaultMembersOf({ properties }: JsonObject): DefaultMembers {
  const members = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(
    ([name, property]): [string, string][] =>
      isJsonObject(property) && Object.hasOwn(property, 'default')
        ? [[name, `${JSON.stringify(name)}:${JSON.stringify(property['default'])}`]]
        : [],
  );
  return new Map(members);
}

/** The schema for bodies before their defaults are spliced in: a member with a default is never missing. */
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
 * The body with the defaults of missing members after its opening brace, followed by every byte of the caller's: long
 * numbers, `1.0`, duplicate members and white space survive.
 *
 * @param value `body` as parsed, an object.
 */
export function withDefaults(body: Uint8Array, value: JsonObject, defaults: DefaultMembers): Uint8Array {
  let missing = '';
  for (const [name, text] of defaults) {
    if (!Object.hasOwn(value, name)) missing += missing === '' ? text : `,${text}`;
  }
  if (missing === '') return body;
  const inside = body.indexOf(openingBrace) + 1;
  return Buffer.concat([
    body.subarray(0, inside),
    Buffer.from(isEmpty(value) ? missing : `${missing},`),
    body.subarray(inside),
  ]);
}

function isEmpty(value: JsonObject): boolean {
  for (const name in value) if (Object.hasOwn(value, name)) return false;
  return true;
}
