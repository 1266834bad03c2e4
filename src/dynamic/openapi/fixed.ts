import type { DocumentFilters } from '../../schemas/api-shapes/document-filters.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';

/** What one reader sees of the fixed routes. */
export type FixedPart = Readonly<{ paths: JsonObject; tags: readonly JsonObject[] }>;

/** The fixed routes that match the filters and that the reader may call, with the tags that they use. */
export function fixedPartOf(
  document: JsonObject,
  { tag, entity, workflow_type: workflowType }: DocumentFilters,
  covers: (path: string) => boolean,
): FixedPart {
  const isAboutWorkflows = entity !== undefined || workflowType !== undefined;
  const used = new Set<JsonValue>();
  const paths = Object.entries(part(document['paths'])).flatMap(([path, item]): [string, JsonValue][] => {
    if (isAboutWorkflows || !covers(path)) return [];
    const shown = Object.entries(part(item)).filter(
      ([, operation]) => tag === undefined || tagsIn(operation).includes(tag),
    );
    for (const [, operation] of shown) for (const name of tagsIn(operation)) used.add(name);
    return shown.length === 0 ? [] : [[path, Object.fromEntries(shown)]];
  });
  const tags = list(document['tags']).filter(isJsonObject);
  return { paths: Object.fromEntries(paths), tags: tags.filter(({ name }) => used.has(name ?? null)) };
}

/** The ids of the fixed routes' operations, which no row may use. */
export function operationIdsOf(document: JsonObject): readonly string[] {
  return Object.values(part(document['paths']))
    .flatMap((item) => Object.values(part(item)))
    .map((operation) => part(operation)['operationId'])
    .filter((id) => typeof id === 'string');
}

/**
 * The components that the roots refer to, directly or indirectly, by kind: linters warn about unused ones. Security schemes
 * stay, since they are not referred to by `$ref`.
 */
export function componentsUsed(components: JsonObject, roots: readonly JsonValue[]): JsonObject {
  const used = new Map<string, Map<string, JsonValue>>();
  const visit = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return;
    const reference = isJsonObject(value) ? value['$ref'] : undefined;
    const [, kind, name] =
      typeof reference === 'string' ? (/^#\/components\/(\w+)\/(.+)$/.exec(reference) ?? []) : [];
    if (kind !== undefined && name !== undefined) {
      const component = part(components[kind])[name];
      const ofKind = used.get(kind) ?? new Map<string, JsonValue>();
      used.set(kind, ofKind);
      if (component !== undefined && !ofKind.has(name)) {
        ofKind.set(name, component);
        visit(component);
      }
    }
    for (const child of Object.values(value)) visit(child);
  };
  for (const root of roots) visit(root);
  const { securitySchemes } = components;
  return {
    ...Object.fromEntries([...used].map(([kind, members]) => [kind, Object.fromEntries(members)])),
    ...(securitySchemes === undefined ? {} : { securitySchemes }),
  };
}

/** A member that should be an object; an empty object if it is not. */
export function part(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function tagsIn(operation: JsonValue): readonly JsonValue[] {
  return list(part(operation)['tags']);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
