import type { JsonObject } from '../../../json-schema/json.ts';
import { schemasIn } from '../../../json-schema/placed-schemas.ts';
import { referencesOf } from '../../../json-schema/references.ts';
import { circularLists, type Edge } from './circular-lists.ts';
import { isIdentifier, normalForm, toIdentifier } from './identifiers.ts';
import { createTargets, definitionNames } from './reference-targets.ts';
import { rewriteModel } from './rewrite-model.ts';

/** A schema among the components. Its references use the names that the models would have if there were no others. */
export type Model = Readonly<{
  name: string;
  /** As JSON. */
  text: string;
  /** The models to which it refers, in the order of the text. */
  refersTo: readonly Model[];
}>;

type Draft = { name: string; text: string; refersTo: Model[] };

/**
 * Splits a row's schema into models, as FastAPI does with pydantic's `$defs`: client generators do not support `$defs`, or
 * take them for a member that callers must send. The first is the schema itself; each of the others is the target of a
 * reference, wherever it is. Schemas that nothing refers to are left out.
 *
 * @param name the name of the first if the schema has no title that can be used as a name.
 */
export function modelsOf(schema: JsonObject, name: string): readonly Model[] {
  const placed = schemasIn(schema);
  const { targetOf, resolved } = createTargets(schema, placed);
  const root = resolved(schema) ?? schema;
  const definitions = definitionNames(placed);
  const used = new Set<string>();
  const names = new Map<JsonObject, string>();
  const nameModel = (model: JsonObject, otherwise: string): void => {
    if (names.has(model)) return;
    const wanted = toIdentifier(definitions.get(model) ?? titleOf(model) ?? otherwise, 'Model_');
    let unique = wanted;
    for (let count = 2; used.has(normalForm(unique)); count += 1) unique = `${wanted}_${count}`;
    used.add(normalForm(unique));
    names.set(model, unique);
  };
  nameModel(root, name);
  for (const { schema: from } of placed) {
    for (const reference of referencesOf(from)) {
      const target = targetOf(from, reference);
      if (typeof target === 'object') nameModel(target, `${name}_${reference.split(/[/#]/).at(-1)}`);
    }
  }

  const rewriteAll = (isShown: (edge: Edge) => boolean): RewrittenModels => {
    const edges: Edge[] = [];
    const rewritten = new Map<JsonObject, Rewritten>();
    const all = new Set([root]);
    for (const model of all) {
      const refersTo = new Set<JsonObject>();
      const written = rewriteModel(model, {
        targetOf,
        nameOf: (child) => names.get(child),
        refer: (to, isWithinObject) => {
          const edge = { from: model, to };
          if (!isWithinObject) {
            if (!isShown(edge)) return false;
            edges.push(edge);
          }
          refersTo.add(to);
          all.add(to);
          return true;
        },
      });
      rewritten.set(model, { schema: written, refersTo });
    }
    return { edges, rewritten };
  };
  const { edges, rewritten } = rewriteAll(() => true);
  const isCircular = circularLists(edges);
  const shown = edges.some(isCircular) ? rewriteAll((edge) => !isCircular(edge)).rewritten : rewritten;
  return linked(shown, names);
}

type Rewritten = Readonly<{ schema: JsonObject; refersTo: ReadonlySet<JsonObject> }>;
type RewrittenModels = Readonly<{ edges: readonly Edge[]; rewritten: ReadonlyMap<JsonObject, Rewritten> }>;

/** The models as text, each with those to which it refers. */
function linked(
  rewritten: RewrittenModels['rewritten'],
  names: ReadonlyMap<JsonObject, string>,
): readonly Model[] {
  const drafts = new Map<JsonObject, Draft>();
  for (const [model, { schema }] of rewritten) {
    drafts.set(model, { name: names.get(model) ?? '', text: JSON.stringify(schema), refersTo: [] });
  }
  for (const [model, draft] of drafts) {
    for (const to of rewritten.get(model)?.refersTo ?? []) {
      const target = drafts.get(to);
      if (target !== undefined) draft.refersTo.push(target);
    }
  }
  return [...drafts.values()];
}

/** A title that is an identifier, as pydantic's are; other titles are text for people. */
export function titleOf({ title }: JsonObject): string | undefined {
  return typeof title === 'string' && isIdentifier(title) ? title : undefined;
}
