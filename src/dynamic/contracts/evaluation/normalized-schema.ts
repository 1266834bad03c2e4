import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { isList, listOf } from '../../../json-schema/lists.ts';
import { keywords } from '../../../json-schema/keywords.ts';
import { exactSchema, lenientSchema, nameSchema } from './lenient-schema.ts';
import { mapMembers } from '../../../json-schema/map-members.ts';
import { withTagsFirst } from '../../../json-schema/tags.ts';
import { baseOf, referencesOf, refTarget } from '../../../json-schema/references.ts';
import { mapSchemasOf, subschemasOf } from '../../../json-schema/subschemas.ts';

/** Annotations that matter to bodies: defaults are spliced in unless secret, and pydantic reads times by their format. */
const usedAnnotations: ReadonlySet<string> = new Set(['default', 'format', 'writeOnly']);

/** Within these keywords, leniency would reject bodies. */
const exactKeywords: ReadonlySet<string> = new Set(['not', 'if']);
type Reading = 'lenient' | 'exact' | 'name';
const schemaAs: Readonly<Record<Reading, (schema: JsonObject) => JsonObject>> = {
  lenient: lenientSchema,
  exact: exactSchema,
  name: nameSchema,
};

/**
 * Reduces a schema to what bodies are validated by: the target of every reference is a definition `#/$defs/…` of the root,
 * and `$id`s, anchors and foreign keywords are removed. Ajv interprets those in its own way, and fails to compile some.
 *
 * @throws Error for a reference that cannot be resolved.
 */
export function normalizedSchema(column: JsonObject): JsonObject {
  const bases = basesIn(column);
  const names = {
    lenient: new Map<JsonValue, string>(),
    exact: new Map<JsonValue, string>(),
    name: new Map<JsonValue, string>(),
  };
  let count = 0;
  const definitions: Record<string, JsonValue> = {};

  const named = (target: JsonValue, base: JsonObject, reading: Reading): string => {
    const known = names[reading].get(target);
    if (known !== undefined) return known;
    const name = `d${count}`;
    count += 1;
    names[reading].set(target, name);
    definitions[name] = isJsonObject(target)
      ? normalized(target, bases.get(target) ?? base, reading)
      : target;
    return name;
  };
  const normalized = (written: JsonObject, around: JsonObject, reading: Reading): JsonObject => {
    const base = baseOf(written, around);
    const schema = schemaAs[reading](written);
    const references = referencesOf(schema).map((ref) => {
      const target = refTarget(base, ref);
      if (target === undefined) throw new Error(`The schema refers to ${ref}, which it does not contain.`);
      return { $ref: `#/$defs/${named(target, base, reading)}` };
    });
    const { dependencies, ...result } = mapMembers(schema, (value, name) => {
      const keyword = keywords.get(name);
      if (keyword?.role === 'assertion' || usedAnnotations.has(name)) return value;
      if (keyword?.role !== 'applicator') return undefined;
      const mapped = mapSchemasOf(value, keyword.shape, (child) =>
        isJsonObject(child) ? normalized(child, base, readingWithin(name, reading)) : child,
      );
      return name === 'properties' && isJsonObject(mapped) ? withTagsFirst(mapped) : mapped;
    });
    const [only, ...others] = references;
    const more = isJsonObject(dependencies) ? [...others, ...dependentsOf(dependencies)] : others;
    if (more.length === 0) return { ...result, ...only };
    return { ...result, ...only, allOf: [...listOf(result['allOf']), ...more] };
  };

  const root = normalized(column, column, 'lenient');
  return { ...rooted(root, definitions), $defs: definitions };
}

function readingWithin(keyword: string, reading: Reading): Reading {
  if (exactKeywords.has(keyword) || reading === 'exact') return 'exact';
  return keyword === 'propertyNames' ? 'name' : reading;
}

/** Before JSON Schema 2019-09, both keywords were one, `dependencies`, which still applies. */
function dependentsOf(dependencies: JsonObject): readonly JsonObject[] {
  return Object.entries(dependencies).map(([name, dependent]) =>
    isList(dependent)
      ? { dependentRequired: Object.fromEntries([[name, dependent]]) }
      : { dependentSchemas: Object.fromEntries([[name, dependent]]) },
  );
}

/** FastAPI publishes models as definitions: where the root is only a reference, its target becomes the root. */
function rooted(root: JsonObject, definitions: Readonly<Record<string, JsonValue>>): JsonObject {
  const { $ref: ref, ...others } = root;
  const target = typeof ref === 'string' ? definitions[ref.slice('#/$defs/'.length)] : undefined;
  const isAlone = isJsonObject(target) && Object.keys(others).length === 0;
  return isAlone ? rooted(target, definitions) : root;
}

/** The base of each schema, against which references within it are resolved. */
function basesIn(root: JsonObject): ReadonlyMap<JsonObject, JsonObject> {
  const bases = new Map([[root, root]]);
  for (const [schema, around] of bases) {
    const base = baseOf(schema, around);
    for (const child of subschemasOf(schema)) bases.set(child.schema, base);
  }
  return bases;
}

/** Returns the target of a normalized schema's reference; undefined if it has none. */
export function definitionOf(root: JsonObject, { $ref: ref }: JsonObject): JsonValue | undefined {
  return typeof ref === 'string' ? refTarget(root, ref) : undefined;
}
