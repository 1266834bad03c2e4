import type { JsonObject } from '../../json-schema/json.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { deprecationSentence } from '../http/deprecation.ts';
import { isPlainData } from './unsafe-members.ts';
import { componentSchema } from './schema.ts';
import { tagsOf } from './tags.ts';

const maxSummaryLength = 120;

/**
 * One mounted row as an OpenAPI 3.1 operation, with the row's contract by reference, less its responses: `okResponse` and
 * those that all have in common. An object with a member `200` is an array to the engine, and 10,000 of them take it 40 ms more.
 *
 * @param row the version of the row that is served.
 * @param id the slug as a name that OpenAPI takes; also begins the names of the contract's schemas.
 */
export function operationOf(row: RegistryRow, definition: RouteDefinition, id: string): JsonObject {
  const { slug, method, path, timeoutSeconds, deprecatedAt } = definition;
  const summary = summaryOf(row.description ?? slug);
  const facts = [row.provider, row.entity_type, row.workflow_type].filter((fact) => fact !== null);
  const about = [
    row.description === summary ? null : row.description,
    facts.join(' · '),
    `Responds within ${timeoutSeconds} s.`,
    deprecatedAt === null ? null : deprecationSentence(deprecatedAt),
  ];
  return {
    operationId: id,
    tags: tagsOf(path),
    summary,
    description: about.filter((line) => line !== null && line !== '').join('\n\n'),
    'x-workflow-slug': slug,
    'x-timeout-seconds': timeoutSeconds,
    ...(deprecatedAt === null ? {} : { deprecated: true }),
    ...(method === 'GET' ? {} : { requestBody: requestBodyOf(definition, id) }),
  };
}

/** The response of an operation with status 200. */
export function okResponse({ responseSchema }: RouteDefinition, id: string): JsonObject {
  return {
    description: "The function's response, unchanged.",
    content: { 'application/json': { schema: reference(responseSchema, `${id}Response`) } },
  };
}

/** The schemas of a row's contract by their names among the document's components. */
export function componentsOf(
  { method, requestSchema, responseSchema }: RouteDefinition,
  id: string,
): readonly (readonly [string, JsonObject])[] {
  const named = (name: string, schema: JsonObject | null) =>
    schema === null ? [] : [[name, componentSchema(schema, name)] as const];
  return [
    ...(method === 'GET' ? [] : named(`${id}Request`, requestSchema)),
    ...named(`${id}Response`, responseSchema),
  ];
}

function requestBodyOf({ requestSchema, exampleRequest }: RouteDefinition, id: string): JsonObject {
  const example = exampleRequest === null || !isPlainData(exampleRequest) ? null : exampleRequest;
  const media = {
    schema: reference(requestSchema, `${id}Request`),
    ...(example === null ? exampleWithout(requestSchema) : { example }),
  };
  return { required: true, content: { 'application/json': media } };
}

/** From a schema the docs page makes an example itself; without one it would send "string", which hardly any function takes. */
function exampleWithout(requestSchema: JsonObject | null): JsonObject {
  return requestSchema === null ? { example: {} } : {};
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
