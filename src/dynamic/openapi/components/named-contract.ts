import type { JsonObject } from '../../../json-schema/json.ts';
import type { ComponentNames } from './component-names.ts';
import { type ContractPart, type ContractParts, requestName, responseName } from './contract-parts.ts';
import type { Model } from './models.ts';
import { schemasPointer } from './rewrite-model.ts';

/** A schema as an operation refers to it, and the components that it needs. */
export type NamedPart = Readonly<{
  schema: JsonObject;
  /** Whether the schema cannot be shown, so that an empty one stands for it. */
  isUnknown: boolean;
  components: readonly Readonly<{ name: string; text: string }>[];
}>;

/** A row's contract with the names that its models have in the document of one snapshot. */
export type NamedContract = Readonly<{
  request: NamedPart;
  response: NamedPart;
  /** Changes with any of the names. */
  key: string;
}>;

const free: NamedPart = { schema: {}, isUnknown: false, components: [] };

/** Names the models of a row's contract. */
export function namedContract(
  parts: ContractParts,
  id: string,
  { nameOf, reserve }: ComponentNames,
): NamedContract {
  const sides = [
    [parts.request, requestName(id)],
    [parts.response, responseName(id)],
  ] as const;
  const names = new Map<Model, string>();
  for (const [part, own] of sides) {
    if (isOwn(part) || modelsIn(part)[0]?.name === own) reserve(own);
  }
  for (const [part, own] of sides) {
    for (const model of modelsIn(part)) names.set(model, model.name === own ? own : nameOf(model, id));
  }
  return {
    request: namedPart(parts.request, requestName(id), names),
    response: namedPart(parts.response, responseName(id), names),
    key: [...names.values()].join(),
  };
}

/** How an operation refers to a schema that needs no name of its own. */
export function plainPart(part: ContractPart, name: string): NamedPart {
  if (isOwn(part)) return { ...free, schema: { $ref: schemasPointer + name } };
  return part === 'unknown' ? { ...free, isUnknown: true } : free;
}

/** Whether a schema is a component under the name of its row and needs no other name. */
export function isOwn(part: ContractPart): boolean {
  return part === 'unchanged' || part === 'repaired';
}

function modelsIn(part: ContractPart): readonly Model[] {
  return typeof part === 'string' ? [] : part;
}

function namedPart(part: ContractPart, own: string, names: ReadonlyMap<Model, string>): NamedPart {
  if (typeof part === 'string') return plainPart(part, own);
  const [root] = part;
  const renamed = new Map(
    part.flatMap((model) => {
      const name = names.get(model) ?? model.name;
      return name === model.name ? [] : [[model.name, name] as const];
    }),
  );
  const components = part.map((model) => ({
    name: names.get(model) ?? model.name,
    text: model.refersTo.length > 0 && renamed.size > 0 ? withRenamed(model.text, renamed) : model.text,
  }));
  return { ...free, schema: { $ref: schemasPointer + (names.get(root) ?? root.name) }, components };
}

/**
 * In a rewritten schema every text under `$ref` is a reference: data that contains one was left out, and quotes in other
 * texts are escaped. Parsing the schema and writing it again would take five times as long.
 */
function withRenamed(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
    (_, name: string) => `"$ref":"${schemasPointer}${names.get(name) ?? name}"`,
  );
}
