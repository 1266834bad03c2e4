import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { ITEM_COUNT, plausibleNumber } from './plausible-number.ts';
import { type Clue, plausibleText } from './plausible-text.ts';
import { fits, isArray, memberOf, propertiesOf, schemaOf, typeNameOf, variantsOf } from './schema-shape.ts';
import { subjectOf } from './subject.ts';

/** Members that describe the call itself; a request that carries an earlier response must not turn this one into a failure. */
const ABOUT_THE_CALL = new Set(['success', 'error', 'errors', 'match_status']);

/**
 * A body that matches the response schema, built from the request: members of the same name are echoed if they fit, the
 * others get a plausible value for their name and type, the same for the same request except for ids.
 */
export function buildResponse(schema: JsonObject, request: JsonValue, newId: () => string): JsonValue {
  const asked = isJsonObject(request) ? request : {};
  const subject = subjectOf(asked);
  const [variant = {}] = variantsOf(schema);
  if (!isJsonObject(variant['properties'])) {
    return valueFor(variant, { name: 'result', subject, index: undefined, newId });
  }
  return Object.fromEntries(
    propertiesOf(variant).map(([name, property]) => {
      const echoed = ABOUT_THE_CALL.has(name) ? undefined : memberOf(asked, name);
      const isEchoed = echoed !== undefined && echoed !== null && fits(property, echoed);
      return [name, isEchoed ? echoed : valueFor(property, { name, subject, index: undefined, newId })];
    }),
  );
}

function valueFor(schema: JsonObject, clue: Clue): JsonValue {
  const { const: constant, enum: members, examples } = schema;
  if (constant !== undefined) return constant;
  const given = [...(isArray(members) ? members : []), ...(isArray(examples) ? examples : [])];
  const fitting = given.find((member) => fits(schema, member));
  if (fitting !== undefined) return fitting;
  const variants = variantsOf(schema);
  if (clue.name === 'error' && fits(schema, null)) return null;
  const variant = variants.find(({ type }) => type !== 'null');
  return variant === undefined ? null : valueOfType(variant, clue);
}

function valueOfType(schema: JsonObject, clue: Clue): JsonValue {
  switch (typeNameOf(schema)) {
    case 'boolean':
      return true;
    case 'integer':
      return Math.round(withinBounds(schema, plausibleNumber(clue.name)));
    case 'number':
      return withinBounds(schema, plausibleNumber(clue.name));
    case 'array':
      return itemsFor(schema, clue);
    case 'object':
      return objectFor(schema, clue);
    default:
      return clue.name === 'error' ? '' : plausibleText(clue);
  }
}

function withinBounds({ minimum, maximum }: JsonObject, value: number): number {
  const low = typeof minimum === 'number' ? minimum : -Infinity;
  const high = typeof maximum === 'number' ? maximum : Infinity;
  return Math.min(Math.max(value, low), high);
}

function itemsFor(schema: JsonObject, clue: Clue): readonly JsonValue[] {
  if (clue.name === 'errors') return [];
  const itemSchema = schemaOf(schema['items']);
  const items = Array.from({ length: ITEM_COUNT }, (_, index) => valueFor(itemSchema, { ...clue, index }));
  const texts = new Set(items.map((item) => JSON.stringify(item)));
  return texts.size === items.length ? items : items.slice(0, 1);
}

/** An object without described members still gets some; an address gets its usual parts. */
function objectFor(schema: JsonObject, clue: Clue): JsonObject {
  const described = propertiesOf(schema);
  const undescribed = clue.name.includes('address') ? ['city', 'state', 'country'] : ['name', 'explanation'];
  const members = described.length > 0 ? described : undescribed.map((name) => [name, {}] as const);
  return Object.fromEntries(members.map(([name, member]) => [name, valueFor(member, { ...clue, name })]));
}
