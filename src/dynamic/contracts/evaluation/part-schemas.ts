import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { boundedRegExp } from '../../../json-schema/pattern.ts';

/** By what the members of an object and the items of a list are judged, each `true`, `false` or an object. */
type Children = Readonly<{
  ofMember: (name: string) => readonly JsonValue[];
  ofItem: (index: number) => readonly JsonValue[];
}>;

const known = new WeakMap<JsonObject, Children>();

/** The schemas within a plain schema for the parts of a value, save what only `contains` and `unevaluated…` look at. */
export function childrenOf(schema: JsonObject): Children {
  const found = known.get(schema) ?? childrenIn(schema);
  known.set(schema, found);
  return found;
}

function childrenIn(schema: JsonObject): Children {
  const { properties, patternProperties, additionalProperties: others, prefixItems, items } = schema;
  const named = isJsonObject(properties) ? properties : {};
  const patterns = Object.entries(isJsonObject(patternProperties) ? patternProperties : {}).map(
    ([pattern, child]) => ({ isOf: boundedRegExp(pattern), child }),
  );
  const first = listOf(prefixItems);
  const present = (child: JsonValue | undefined): readonly JsonValue[] =>
    child === undefined ? [] : [child];
  return {
    ofMember: (name) => {
      const own = [
        ...(Object.hasOwn(named, name) ? present(named[name]) : []),
        ...patterns.filter(({ isOf }) => isOf(name)).map(({ child }) => child),
      ];
      return own.length > 0 ? own : present(others);
    },
    ofItem: (index) => present(index < first.length ? first[index] : items),
  };
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}
