import { isJsonObject, type JsonObject, type JsonValue } from '../../../json-schema/json.ts';
import { keywords } from '../../../json-schema/keywords.ts';
import { referencesOf } from '../../../json-schema/references.ts';
import { withMissingMembers } from './missing-members.ts';
import type { Targets } from './reference-targets.ts';
import { rewriteSubschemas } from './subschemas.ts';
import { dropUnsafeMembers } from './unsafe-members.ts';

/** The JSON pointer to the schemas among a document's components. */
export const schemasPointer = '#/components/schemas/';

export type Rewriting = Pick<Targets, 'targetOf'> &
  Readonly<{
    /** The name of a schema that is a component by itself. */
    nameOf: (schema: JsonObject) => string | undefined;
    /**
     * Called for each reference to a component; returns whether the document may contain it.
     *
     * @param isWithinObject whether it is nested in a member of an object, not only in lists and alternatives.
     */
    refer: (to: JsonObject, isWithinObject: boolean) => boolean;
  }>;

/** Replaces a reference that would lead from a list back to itself (circular-lists.ts). */
const anything: JsonObject = {
  description: 'A recursive reference, not shown since client generators cannot follow it.',
};

/** Keywords below which a generator writes alternatives, intersections and lists; below the others it writes objects, or nothing. */
const bareKeywords: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems']);

/**
 * A model as a component: equivalent for a validator except for circular lists, and safe for OpenAPI tools whatever the row
 * contains. One row's schema must not make the whole document unusable: `redocly lint` crashes on a `$ref` that leads to
 * itself, and reports a boolean under `not` or an unknown keyword as an error.
 */
export function rewriteModel(model: JsonObject, { targetOf, nameOf, refer }: Rewriting): JsonObject {
  const component = (schema: JsonObject, name: string, isWithinObject: boolean): JsonObject =>
    refer(schema, isWithinObject) ? { $ref: schemasPointer + name } : anything;

  const rewritten = (schema: JsonObject, isWithinObject: boolean): JsonObject => {
    const plain = rewriteSubschemas(dropUnsafeMembers(schema), (child, keyword) => {
      if (!isJsonObject(child)) return booleanSchema(child);
      const isWithin = isWithinObject || !bareKeywords.has(keyword);
      const name = nameOf(child);
      return name === undefined ? rewritten(child, isWithin) : component(child, name, isWithin);
    });
    const whole = withMissingMembers(plain);
    const referred = referencesOf(schema).map((reference) => {
      const target = targetOf(schema, reference);
      const name = isJsonObject(target) ? nameOf(target) : undefined;
      return isJsonObject(target) && name !== undefined
        ? component(target, name, isWithinObject)
        : booleanSchema(target ?? true);
    });
    return referred.length === 0 ? whole : withReferences(whole, referred);
  };
  return rewritten(model, false);
}

/** The same for a schema without references. */
export function repaired(schema: JsonObject): JsonObject {
  return rewriteModel(schema, { targetOf: () => undefined, nameOf: () => undefined, refer: () => true });
}

/**
 * A reference next to annotations stays unchanged, since OpenAPI 3.1 allows that. Generators ignore other keywords next to a
 * reference, so it becomes one of the schemas of an `allOf`.
 */
function withReferences(schema: JsonObject, references: readonly JsonObject[]): JsonObject {
  const [only, ...more] = references;
  if (only !== undefined && more.length === 0 && Object.keys(schema).every(isAnnotation)) {
    return { ...only, ...schema };
  }
  const { allOf } = schema;
  const others: readonly JsonValue[] = Array.isArray(allOf) ? allOf : [];
  return { ...schema, allOf: [...references, ...others] };
}

function isAnnotation(keyword: string): boolean {
  return keywords.get(keyword)?.role === 'annotation';
}

/** JSON Schema 2020-12 core, 4.3.2: what `true` and `false` mean as schemas. */
function booleanSchema(value: JsonValue): JsonObject {
  return value === false ? { not: {} } : {};
}
