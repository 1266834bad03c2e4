import type { JsonObject, JsonValue } from '../schemas/json.ts';
import type { RegistryRow } from '../schemas/registry-row.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import { isPlainData } from './openapi-plain-schema.ts';
import { ownResponseReferences } from './openapi-responses.ts';
import { componentSchema } from './openapi-schema.ts';
import { tagsOf } from './openapi-tags.ts';

const maxSummaryLength = 120;

/**
 * One mounted row as an OpenAPI 3.1 operation, with the row's contract by reference.
 *
 * @param row the version of the row that is served.
 * @param id the slug as a name that OpenAPI takes; also begins the names of the contract's schemas.
 * @param keyResponses what it may also answer, by status, where keys are asked for.
 */
export function operationOf(
  row: RegistryRow,
  definition: RouteDefinition,
  id: string,
  keyResponses: JsonObject,
): JsonObject {
  const { slug, method, path, timeoutSeconds, responseSchema } = definition;
  const summary = summaryOf(row.description ?? slug);
  const facts = [row.provider, row.entity_type, row.workflow_type].filter((fact) => fact !== null);
  const about = [
    row.description === summary ? null : row.description,
    facts.join(' · '),
    `Answers within ${timeoutSeconds} s.`,
  ];
  return {
    operationId: id,
    tags: tagsOf(path),
    summary,
    description: about.filter((line) => line !== null && line !== '').join('\n\n'),
    'x-workflow-slug': slug,
    'x-timeout-seconds': timeoutSeconds,
    ...(method === 'GET' ? {} : { requestBody: requestBodyOf(definition, id) }),
    responses: {
      '200': {
        description: "The function's own answer, unchanged.",
        content: { 'application/json': { schema: reference(responseSchema, `${id}Response`) } },
      },
      '4XX': { description: "The function's own refusal, unchanged, or a problem document of Rowgate." },
      ...ownResponseReferences,
      ...keyResponses,
    },
  };
}

/** The schemas of a row's contract, to be put among the document's components. */
export function componentsOf(
  { method, requestSchema, responseSchema }: RouteDefinition,
  id: string,
): JsonObject {
  const parts: Record<string, JsonValue> = {};
  const [request, response] = [`${id}Request`, `${id}Response`];
  if (requestSchema !== null && method !== 'GET') parts[request] = componentSchema(requestSchema, request);
  if (responseSchema !== null) parts[response] = componentSchema(responseSchema, response);
  return parts;
}

function requestBodyOf({ requestSchema, exampleRequest }: RouteDefinition, id: string): JsonObject {
  const media = {
    schema: reference(requestSchema, `${id}Request`),
    ...(exampleRequest === null || !isPlainData(exampleRequest) ? {} : { example: exampleRequest }),
  };
  return { required: true, content: { 'application/json': media } };
}

function reference(schema: JsonObject | null, name: string): JsonObject {
  return schema === null ? {} : { $ref: `#/components/schemas/${name}` };
}

/** One line that fits a list of operations. */
function summaryOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const shown = line.trim();
  return shown.length > maxSummaryLength ? `${shown.slice(0, maxSummaryLength - 1)}…` : shown;
}
