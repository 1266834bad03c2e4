import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../schemas/json.ts';
import { safeNames } from './openapi-names.ts';
import { componentsOf, operationOf, problemResponses, runTag } from './openapi-operation.ts';
import type { Snapshot } from './snapshot.ts';

/** The document of one snapshot, ready to be sent. */
export type OpenApiText = Readonly<{ json: string; etag: string }>;

const runTagEntry: JsonObject = {
  name: runTag,
  description:
    'The workflows: one operation for each mounted row of the registry. What Rowgate itself answers instead of a function is explained at [/errors](/errors).',
};

/**
 * Makes `/openapi.json`: the fixed routes' document, asked for once, and one operation for each mounted row. Rows are
 * merged as plain objects (zod schemas for 10,000 of them would take 2.4 s) and the text is kept for as long as its
 * snapshot lives.
 */
export function createOpenApi(fixed: () => JsonObject): (snapshot: Snapshot) => OpenApiText {
  const made = new WeakMap<Snapshot, OpenApiText>();
  let fixedDocument: JsonObject | undefined;
  return (snapshot) => {
    const known = made.get(snapshot);
    if (known !== undefined) return known;
    fixedDocument ??= fixed();
    const json = JSON.stringify(documentOf(fixedDocument, snapshot));
    const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
    const text = Object.freeze({ json, etag });
    made.set(snapshot, text);
    return text;
  };
}

function documentOf(fixed: JsonObject, snapshot: Snapshot): JsonObject {
  const paths: Record<string, JsonValue> = { ...part(fixed['paths']) };
  const components = part(fixed['components']);
  const schemas: Record<string, JsonValue> = { ...part(components['schemas']) };
  const slugs = snapshot.entries.flatMap(({ definition }) => (definition === null ? [] : [definition.slug]));
  const ids = safeNames(slugs, operationIdsOf(paths));
  for (const entry of snapshot.entries) {
    const { definition } = entry;
    if (definition === null) continue;
    const id = ids.get(definition.slug) ?? definition.slug;
    paths[definition.path] = { [definition.method.toLowerCase()]: operationOf(entry, definition, id) };
    Object.assign(schemas, componentsOf(definition, id));
  }
  const tags = fixed['tags'];
  return {
    ...fixed,
    tags: [runTagEntry, ...(Array.isArray(tags) ? tags : [])],
    paths,
    components: { ...components, schemas, responses: problemResponses },
  };
}

function operationIdsOf(paths: JsonObject): string[] {
  return Object.values(paths)
    .flatMap((item) => Object.values(part(item)))
    .map((operation) => part(operation)['operationId'])
    .filter((id) => typeof id === 'string');
}

function part(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
