import { isJsonObject } from '../../../json-schema/json.ts';
import { isList } from '../../../json-schema/lists.ts';

const typeNames = {
  null: 'null',
  boolean: 'a boolean',
  integer: 'a number',
  number: 'a number with a fraction',
  string: 'text',
  array: 'a list',
  object: 'an object',
} as const;
type TypeName = keyof typeof typeNames;

/**
 * Returns what kind of value was received in place of another, for the end of a sentence: "a list". Never the value, which
 * may be personal data.
 *
 * @param schema what was expected: `type`, `enum`, `const`, or alternatives of these.
 * @returns null where the kind of the value is not what is wrong with it, or cannot be told.
 */
export function receivedInsteadOf(schema: unknown, data: unknown): string | null {
  const type = typeOf(data);
  if (type === null || mayBe(schema, type)) return null;
  return type === 'number' && !mayBe(schema, 'integer') ? 'a number' : typeNames[type];
}

function typeOf(data: unknown): TypeName | null {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'array';
  if (typeof data === 'number') return Number.isInteger(data) ? 'integer' : 'number';
  const type = typeof data;
  return type === 'boolean' || type === 'string' || type === 'object' ? type : null;
}

/** Whether a schema accepts some values of a type. */
function mayBe(schema: unknown, type: TypeName): boolean {
  if (!isJsonObject(schema)) return true;
  const { const: constant, enum: members, type: types, anyOf } = schema;
  if (constant !== undefined) return typeOf(constant) === type;
  if (isList(members)) return members.some((member) => typeOf(member) === type);
  if (types !== undefined) {
    const names = isList(types) ? types : [types];
    return names.includes(type) || (type === 'integer' && names.includes('number'));
  }
  return isList(anyOf) ? anyOf.some((variant) => mayBe(variant, type)) : true;
}
