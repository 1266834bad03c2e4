import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { baseOf, mapSubschemas, refTarget, subschemasOf } from '../../json-schema/subschemas.ts';
import { isList, listOf } from './child-schemas.ts';

/** The keywords that say something of a body by themselves. */
const assertions: ReadonlySet<string> = new Set(
  `type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
uniqueItems maxContains minContains maxProperties minProperties required dependentRequired format default`.split(
    /\s+/,
  ),
);

/**
 * The schema with nothing in it but what judges bodies: each thing that is referred to is a definition `#/$defs/…` of the root, and
 * `$id`s, anchors and keywords of others are gone. Ajv has its own views of those, some of which keep it from compiling.
 *
 * @throws Error for a reference that leads nowhere.
 */
export function plainSchema(column: JsonObject): JsonObject {
  const bases = basesIn(column);
  const names = new Map<JsonValue, string>();
  const definitions: Record<string, JsonValue> = {};

  const named = (target: JsonValue, base: JsonObject): string => {
    const known = names.get(target);
    if (known !== undefined) return known;
    const name = `d${names.size}`;
    names.set(target, name);
    definitions[name] = isJsonObject(target) ? plain(target, bases.get(target) ?? base) : target;
    return name;
  };
  const plain = (schema: JsonObject, around: JsonObject): JsonObject => {
    const base = baseOf(schema, around);
    const references = [schema['$ref'], schema['$dynamicRef']].flatMap((ref) => {
      if (typeof ref !== 'string') return [];
      const target = refTarget(base, ref);
      if (target === undefined) throw new Error(`Nothing is at ${ref}.`);
      return [{ $ref: `#/$defs/${named(target, base)}` }];
    });
    const asserted = Object.entries(schema).filter(([keyword]) => assertions.has(keyword));
    const { dependencies, ...applied } = mapSubschemas(schema, (child) => plain(child, base));
    const result = { ...Object.fromEntries(asserted), ...applied };
    const [only, ...others] = references;
    const more = isJsonObject(dependencies) ? [...others, ...dependentsOf(dependencies)] : others;
    if (more.length === 0) return { ...result, ...only };
    return { ...result, ...only, allOf: [...listOf(result['allOf']), ...more] };
  };

  const root = plain(column, column);
  return { ...rooted(root, definitions), $defs: definitions };
}

/** What was one keyword before JSON Schema 2019-09, and still counts. */
function dependentsOf(dependencies: JsonObject): readonly JsonObject[] {
  return Object.entries(dependencies).map(([name, dependent]) =>
    isList(dependent)
      ? { dependentRequired: Object.fromEntries([[name, dependent]]) }
      : { dependentSchemas: Object.fromEntries([[name, dependent]]) },
  );
}

/** FastAPI publishes models as definitions: where the root is nothing but a reference, what it leads to is the root. */
function rooted(root: JsonObject, definitions: Readonly<Record<string, JsonValue>>): JsonObject {
  const { $ref: ref, ...others } = root;
  const target = typeof ref === 'string' ? definitions[ref.slice('#/$defs/'.length)] : undefined;
  const isAlone = isJsonObject(target) && Object.keys(others).length === 0;
  return isAlone ? rooted(target, definitions) : root;
}

/** Against which schema the references within each are resolved. */
function basesIn(root: JsonObject): ReadonlyMap<JsonObject, JsonObject> {
  const bases = new Map([[root, root]]);
  for (const [schema, around] of bases) {
    const base = baseOf(schema, around);
    for (const child of subschemasOf(schema)) bases.set(child.schema, base);
  }
  return bases;
}

/** What a reference of a plain schema leads to; undefined where it has none. */
export function definitionOf(root: JsonObject, { $ref: ref }: JsonObject): JsonValue | undefined {
  return typeof ref === 'string' ? refTarget(root, ref) : undefined;
}
