import { isJsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList } from '../../../json-schema/lists.ts';
import { quoted } from '../../../json-schema/quoted.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

const shownMembers = 8;

/** What a schema expects, as a noun: "a whole number". */
export function expectedBy(schema: unknown): string {
  const { type, enum: members, const: constant, anyOf } = isJsonObject(schema) ? schema : {};
  if (constant !== undefined) return shown(constant);
  if (isList(members)) return `${members.length > 1 ? 'one of ' : ''}${shownList(members)}`;
  if (isList(type)) return alternatives(type.map(typeName));
  if (type !== undefined) return typeName(type);
  const variants = isList(anyOf) ? anyOf : [];
  return variants.length === 0 ? 'a different value' : alternatives(variants.map(expectedBy));
}

function typeName(type: JsonValue): string {
  return typeof type === 'string' ? (typeNames[type] ?? type) : '';
}

function alternatives(names: readonly string[]): string {
  const each = [...new Set(names)];
  const last = each.at(-1) ?? '';
  return each.length < 2 ? last : `${each.slice(0, -1).join(', ')} or ${last}`;
}

function shownList(members: readonly JsonValue[]): string {
  const more = members.length - shownMembers;
  const names = members.slice(0, shownMembers).map(shown);
  return more > 0 ? `${names.join(', ')} and ${more} more` : alternatives(names);
}

function shown(value: JsonValue): string {
  return quoted(typeof value === 'string' ? value : JSON.stringify(value)).replace(
    /^"(.*)"$/,
    typeof value === 'string' ? '"$1"' : '$1',
  );
}
