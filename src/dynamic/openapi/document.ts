import type { DocumentFilters } from '../../schemas/api-shapes/document-filters.ts';
import type { JsonObject } from '../../json-schema/json.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { componentsUsed, fixedPartOf, operationIdsOf, part } from './fixed.ts';
import { type DocumentFormat, documentFormats, type FormatName } from './format.ts';
import { createFilterValues } from './filter-values.ts';
import { createFragments } from './fragments.ts';
import { createDocumentNames } from './document-names.ts';
import { ownResponseReferences, ownResponses } from './responses.ts';
import { entityOf, tagEntries, tagsOf } from './tags.ts';
import { type DocumentText, textSteps } from './text.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { Steps } from '../../live/cooperative-task.ts';

/** Which document a reader gets. */
export type DocumentView = Readonly<{
  format: FormatName;
  filters: DocumentFilters;
  /** Whether the reader may call the route at a path. */
  covers: (path: string) => boolean;
}>;

export type OpenApiParts = Readonly<{
  /** The document of the fixed routes. */
  fixed: JsonObject;
  /** The responses of the gate in place of any workflow's, by status. */
  gateResponses: JsonObject;
}>;

/**
 * Builds OpenAPI documents: the fixed routes, and one operation for each mounted row. Rows are merged as text and without
 * zod, which takes 2.4 s for 10,000 of them; docs/decisions/0010-openapi.md has the figures.
 *
 * @param parts called once, for the first document.
 */
export function createOpenApi(parts: () => OpenApiParts) {
  let known: ReturnType<typeof createWriter> | undefined;
  return (snapshot: Snapshot, view: DocumentView): Steps<DocumentText> => {
    known ??= createWriter(parts());
    return known(snapshot, view);
  };
}

function createWriter({ fixed, gateResponses }: OpenApiParts) {
  const { paths: _, components: __, tags: ___, ...head } = fixed;
  const components = part(fixed['components']);
  const known = { ...components, responses: { ...ownResponses, ...part(components['responses']) } };
  const namesIn = createDocumentNames({
    ids: operationIdsOf(fixed),
    components: Object.keys(part(components['schemas'])),
  });
  const fragmentsIn = {
    json: createFragments('json', gateResponses),
    yaml: createFragments('yaml', gateResponses),
  } satisfies Record<FormatName, unknown>;

  const fixedTagsFor = (covers: DocumentView['covers']): readonly string[] =>
    fixedPartOf(fixed, {}, covers).tags.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));

  return function* documentSteps(snapshot: Snapshot, view: DocumentView): Steps<DocumentText> {
    const { filters, covers } = view;
    const format = documentFormats[view.format];
    const fragmentOf = fragmentsIn[view.format];
    const fixedPart = fixedPartOf(fixed, filters, covers);
    const nameOf = yield* namesIn(snapshot);
    const paths: (readonly string[])[] = [[format.members(fixedPart.paths, 1)]];
    const schemas: (readonly string[])[] = [];
    const shared = new Set<string>();
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    const seen = createFilterValues(isFiltered ? fixedTagsFor(covers) : []);
    const entities = new Set<string>();
    for (const { definition, servedRow } of snapshot.entries) {
      yield;
      if (definition === null || servedRow === null) continue;
      const { path } = definition;
      if (!covers(path)) continue;
      if (isFiltered) seen.add(path, servedRow);
      if (!isWanted(definition, servedRow, filters)) continue;
      const fragment = fragmentOf(servedRow, definition, nameOf(definition));
      paths.push(fragment.path);
      schemas.push([fragment.schemas]);
      for (const { name, text } of fragment.shared) {
        if (shared.has(name)) continue;
        shared.add(name);
        schemas.push([text]);
      }
      entities.add(entityOf(path));
    }
    const roots = [fixedPart.paths, ...(entities.size > 0 ? [ownResponseReferences, gateResponses] : [])];
    const { schemas: fixedSchemas, ...others } = componentsUsed(known, roots);
    const pieces = piecesOf(format, {
      head: { ...head, tags: tagEntries(entities, fixedPart.tags) },
      paths,
      schemas: [[format.members(part(fixedSchemas), 2)], ...schemas],
      others,
    });
    const text = yield* textSteps(pieces);
    const isEmpty = entities.size === 0 && Object.keys(fixedPart.paths).length === 0;
    return isFiltered && isEmpty ? { ...text, unmatched: seen.values } : text;
  };
}

type Pieces = Readonly<{
  head: JsonObject;
  paths: readonly (readonly string[])[];
  schemas: readonly (readonly string[])[];
  /** The components other than schemas. */
  others: JsonObject;
}>;

function* piecesOf(format: DocumentFormat, { head, paths, schemas, others }: Pieces): Iterable<string> {
  const { between, open, openComponents, close } = format.frame;
  yield open + format.members(head, 0) + between;
  yield* format.section('paths', 0, paths);
  yield between + openComponents;
  yield* format.section('schemas', 1, schemas);
  const rest = format.members(others, 1);
  yield (rest === '' ? '' : between) + rest + close;
}

function isWanted(
  { path }: RouteDefinition,
  row: RegistryRow,
  { tag, entity, workflow_type: workflowType }: DocumentFilters,
): boolean {
  if (tag !== undefined && !tagsOf(path).includes(tag)) return false;
  if (entity !== undefined && entityOf(path) !== entity && row.entity_type !== entity) return false;
  return workflowType === undefined || row.workflow_type === workflowType;
}
