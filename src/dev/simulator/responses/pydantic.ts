import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { type Coerced, toBoolean, toInteger, toNumber, toText } from '../../../modal/pydantic-scalars.ts';
import {
  fits,
  isArray,
  memberOf,
  propertiesOf,
  requiredOf,
  schemaOf,
  typeNameOf,
  variantsOf,
} from './schema-shape.ts';

type Loc = readonly (string | number)[];

/** One entry of FastAPI's `detail` (pydantic v2 `errors()`, without `url`). */
export type ValidationFault = Readonly<{
  type: string;
  loc: Loc;
  msg: string;
  input: JsonValue;
  ctx?: JsonObject;
}>;

/** The value as the function receives it, coerced and with defaults; meaningful only if there are no faults. */
export type Checked = Readonly<{ value: JsonValue; faults: readonly ValidationFault[] }>;

/**
 * Validates against a JSON Schema as the pydantic v2 model behind it would in lax mode. Hand-written, since it must use
 * pydantic's messages, and small: it knows the keywords in use (type, properties, required, items, default, enum, anyOf).
 * Unknown members pass, as with pydantic's default `extra='ignore'`, and are kept so that an echo can show them.
 */
export function validate(schema: JsonObject, value: JsonValue, loc: Loc): Checked {
  const variants = variantsOf(schema);
  const candidates = variants.filter((variant) => variant['type'] !== 'null');
  const isNullable = candidates.length < variants.length;
  if (value === null && isNullable) return { value, faults: [] };
  const [only, ...others] = candidates;
  if (only === undefined) return refused('none_required', 'Input should be None', loc, value);
  return others.length === 0 ? validateOne(only, value, loc) : validateUnion(candidates, value, loc);
}

/** pydantic's smart union: an exact match first, then the first lax match, else the faults of every member. */
function validateUnion(candidates: readonly JsonObject[], value: JsonValue, loc: Loc): Checked {
  const exact = candidates.find((candidate) => fits(candidate, value));
  if (exact !== undefined) return validateOne(exact, value, loc);
  const attempts = candidates.map((each) => validateOne(each, value, [...loc, unionLabel(each)]));
  const taken = attempts.find(({ faults }) => faults.length === 0);
  return taken ?? { value, faults: attempts.flatMap(({ faults }) => faults) };
}

const PYTHON_NAMES = new Map<JsonValue | undefined, string>([
  ['string', 'str'],
  ['integer', 'int'],
  ['number', 'float'],
  ['boolean', 'bool'],
  ['array', 'list[any]'],
  ['object', 'dict[str,any]'],
]);

function unionLabel({ type }: JsonObject): string {
  return PYTHON_NAMES.get(type) ?? 'any';
}

function validateOne(schema: JsonObject, value: JsonValue, loc: Loc): Checked {
  if (isArray(schema['enum'])) return validateLiteral(schema['enum'], value, loc);
  switch (typeNameOf(schema)) {
    case 'string':
      return scalar(toText(value), value, loc);
    case 'integer':
      return scalar(toInteger(value), value, loc);
    case 'number':
      return scalar(toNumber(value), value, loc);
    case 'boolean':
      return scalar(toBoolean(value), value, loc);
    case 'array':
      return validateList(schema, value, loc);
    case 'object':
      return validateObject(schema, value, loc);
    default:
      return { value, faults: [] };
  }
}

function scalar(coerced: Coerced, input: JsonValue, loc: Loc): Checked {
  return coerced.ok ? { value: coerced.value, faults: [] } : refused(coerced.type, coerced.msg, loc, input);
}

/** `Literal['a', 'b']`: the members in Python's repr, the last after "or". */
function validateLiteral(members: readonly JsonValue[], value: JsonValue, loc: Loc): Checked {
  if (members.includes(value)) return { value, faults: [] };
  const names = members.map((member) =>
    typeof member === 'string' ? `'${member}'` : JSON.stringify(member),
  );
  const expected = [names.slice(0, -1).join(', '), ...names.slice(-1)]
    .filter((part) => part !== '')
    .join(' or ');
  return refused('literal_error', `Input should be ${expected}`, loc, value, { expected });
}

function validateList(schema: JsonObject, value: JsonValue, loc: Loc): Checked {
  if (!isArray(value)) return refused('list_type', 'Input should be a valid list', loc, value);
  const itemSchema = schemaOf(schema['items']);
  const items = value.map((item, index) => validate(itemSchema, item, [...loc, index]));
  return { value: items.map((item) => item.value), faults: items.flatMap((item) => item.faults) };
}

/** With properties it is a model, without them a dict; FastAPI validates models from attributes, hence the message. */
function validateObject(schema: JsonObject, value: JsonValue, loc: Loc): Checked {
  const isModel = isJsonObject(schema['properties']);
  if (isJsonObject(value)) return isModel ? validateModel(schema, value, loc) : { value, faults: [] };
  return isModel
    ? refused(
        'model_attributes_type',
        'Input should be a valid dictionary or object to extract fields from',
        loc,
        value,
      )
    : refused('dict_type', 'Input should be a valid dictionary', loc, value);
}

function validateModel(schema: JsonObject, value: JsonObject, loc: Loc): Checked {
  const required = new Set(requiredOf(schema));
  const fields = propertiesOf(schema).map(([name, property]) => {
    const member = memberOf(value, name);
    if (member !== undefined) return { name, ...validate(property, member, [...loc, name]) };
    const preset = memberOf(property, 'default');
    if (preset !== undefined) return { name, value: preset, faults: [] };
    if (!required.has(name)) return { name, value: undefined, faults: [] };
    return { name, ...refused('missing', 'Field required', [...loc, name], value) };
  });
  const filled = fields.flatMap((field) =>
    field.value === undefined ? [] : [[field.name, field.value] as const],
  );
  return {
    value: { ...value, ...Object.fromEntries(filled) },
    faults: fields.flatMap(({ faults }) => faults),
  };
}

function refused(type: string, msg: string, loc: Loc, input: JsonValue, ctx?: JsonObject): Checked {
  const fault = { type, loc, msg, input, ...(ctx === undefined ? {} : { ctx }) };
  return { value: input, faults: [fault] };
}
