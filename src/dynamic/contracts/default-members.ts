import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { textsOf } from '../../json-schema/lists.ts';
import { isSendable } from './sendable-default.ts';

/** The defaults of a contract's top-level members. */
export type DefaultMembers = Readonly<{
  /** Each as the text that is spliced into a body: `"limit":100`. */
  texts: ReadonlyMap<string, string>;
  /** The members that the contract names. Any other member may be one of them under another name. */
  names: ReadonlySet<string>;
}>;

const openingBrace = 0x7b;

/** @param root a normalized schema. */
export function defaultMembersOf(root: JsonObject): DefaultMembers {
  const members = Object.entries(propertiesOf(root));
  const texts = members.flatMap(([name, property]): [string, string][] =>
    isJsonObject(property) && isSendable(root, property)
      ? [[name, `${JSON.stringify(name)}:${JSON.stringify(property['default'])}`]]
      : [],
  );
  return { texts: new Map(texts), names: new Set(members.map(([name]) => name)) };
}

/** Returns the schema for bodies as callers send them: a member with a default is never missing. */
export function withoutDefaulted(schema: JsonObject): JsonObject {
  const { required, dependentRequired, minProperties } = schema;
  const defaulted = new Set(
    Object.entries(propertiesOf(schema)).flatMap(([name, property]) =>
      isJsonObject(property) && Object.hasOwn(property, 'default') ? [name] : [],
    ),
  );
  if (defaulted.size === 0) return schema;
  const others = (names: JsonValue): JsonValue => textsOf(names).filter((name) => !defaulted.has(name));
  return {
    ...schema,
    ...(required === undefined ? {} : { required: others(required) }),
    ...(typeof minProperties === 'number'
      ? { minProperties: Math.max(0, minProperties - defaulted.size) }
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

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

/**
 * Inserts the defaults of missing members after the opening brace of a body, and keeps every byte of the caller's: long
 * numbers, `1.0`, duplicate members and white space survive. A body with a member that the contract does not name is left
 * unchanged: it may be the alias or the field name of one that seems to be missing, which the default would hide.
 *
 * @param value the parsed `body`, an object.
 */
export function withDefaults(
  body: Uint8Array,
  value: JsonObject,
  { texts, names }: DefaultMembers,
): Uint8Array {
  let missing = '';
  for (const [name, text] of texts) {
    if (!Object.hasOwn(value, name)) missing += missing === '' ? text : `,${text}`;
  }
  if (missing === '') return body;
  const given = Object.keys(value);
  if (!given.every((name) => names.has(name))) return body;
  const inside = body.indexOf(openingBrace) + 1;
  return Buffer.concat([
    body.subarray(0, inside),
    Buffer.from(given.length === 0 ? missing : `${missing},`),
    body.subarray(inside),
  ]);
}
