import type { JsonObject } from '../../json-schema/json.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { deprecationSentence } from '../http/deprecation.ts';
import { isPlainData } from './components/unsafe-members.ts';
import type { NamedPart } from './components/named-contract.ts';
import { tagsOf } from './tags.ts';

const maxSummaryLength = 120;

/**
 * One mounted row as an OpenAPI 3.1 operation, with the row's contract by reference, without its responses: `okResponse` and
 * those that all rows have in common. An object with a member `200` is an array to the engine, and 10,000 of them take it 40
 * ms more.
 *
 * @param row the version of the row that is served.
 * @param id the slug as a valid operation id.
 */
export function operationOf(
  row: RegistryRow,
  definition: RouteDefinition,
  { id, request }: Readonly<{ id: string; request: NamedPart }>,
): JsonObject {
  const { slug, method, path, timeoutSeconds, deprecatedAt } = definition;
  const summary = summaryOf(row.description ?? slug);
  const facts = [row.provider, row.entity_type, row.workflow_type].filter((fact) => fact !== null);
  const about = [
    row.description === summary ? null : row.description,
    facts.join(' · '),
    `Responds within ${timeoutSeconds} s.`,
    deprecatedAt === null ? null : deprecationSentence(deprecatedAt),
    request.isUnknown ? notShown('request_schema') : null,
  ];
  return {
    operationId: id,
    tags: tagsOf(path),
    summary,
    description: about.filter((line) => line !== null && line !== '').join('\n\n'),
    'x-workflow-slug': slug,
    'x-timeout-seconds': timeoutSeconds,
    ...(deprecatedAt === null ? {} : { deprecated: true }),
    ...(method === 'GET' ? {} : { requestBody: requestBodyOf(definition, request) }),
  };
}

/** The response of an operation with status 200. */
export function okResponse({ schema, isUnknown }: NamedPart): JsonObject {
  const description = "The function's response, unchanged.";
  return {
    description: isUnknown ? `${description} ${notShown('response_schema')}` : description,
    content: { 'application/json': { schema } },
  };
}

function notShown(column: 'request_schema' | 'response_schema'): string {
  return `The row's ${column} cannot be represented in OpenAPI, so it is not shown here.`;
}

function requestBodyOf(
  { requestSchema, exampleRequest }: RouteDefinition,
  { schema }: NamedPart,
): JsonObject {
  const example = exampleRequest === null || !isPlainData(exampleRequest) ? null : exampleRequest;
  const media = { schema, ...(example === null ? exampleWithout(requestSchema) : { example }) };
  return { required: true, content: { 'application/json': media } };
}

/**
 * The docs page makes an example from a schema itself; without one it would send "string", which hardly any function accepts.
 */
function exampleWithout(requestSchema: JsonObject | null): JsonObject {
  return requestSchema === null ? { example: {} } : {};
}

/** One line that fits a list of operations. */
function summaryOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const shown = line.trim();
  return shown.length > maxSummaryLength ? `${shown.slice(0, maxSummaryLength - 1)}…` : shown;
}
