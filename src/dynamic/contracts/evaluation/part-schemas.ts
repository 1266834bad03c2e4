import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { listOf } from '../../../json-schema/lists.ts';
import { compilePattern } from '../../../json-schema/patterns/compiled-pattern.ts';

/** The schemas that apply to the members of an object and to the items of a list, each `true`, `false` or an object. */
type PartSchemas = Readonly<{
  forMember: (name: string) => readonly JsonValue[];
  forItem: (index: number) => readonly JsonValue[];
}>;

/** Member names are short; a name that would take more steps counts as a match. */
const isShort = (steps: number): boolean => steps <= 100_000;

const known = new WeakMap<JsonObject, PartSchemas>();

/** The schemas within a normalized schema that apply to the parts of a value, without `contains` and `unevaluated…`. */
export function partSchemasOf(schema: JsonObject): PartSchemas {
  const found = known.get(schema) ?? partSchemasIn(schema);
  known.set(schema, found);
  return found;
}

function partSchemasIn(schema: JsonObject): PartSchemas {
  const { properties, patternProperties, additionalProperties: others, prefixItems, items } = schema;
  const named = isJsonObject(properties) ? properties : {};
  const patterns = Object.entries(isJsonObject(patternProperties) ? patternProperties : {}).map(
    ([source, child]) => {
      const pattern = compilePattern(source);
      return { matches: (name: string) => pattern.ok && pattern.test(name, isShort), child };
    },
  );
  const first = listOf(prefixItems);
  const present = (child: JsonValue | undefined): readonly JsonValue[] =>
    child === undefined ? [] : [child];
  return {
    forMember: (name) => {
      const own = [
        ...(Object.hasOwn(named, name) ? present(named[name]) : []),
        ...patterns.filter(({ matches }) => matches(name)).map(({ child }) => child),
      ];
      return own.length > 0 ? own : present(others);
    },
    forItem: (index) => present(index < first.length ? first[index] : items),
  };
}
