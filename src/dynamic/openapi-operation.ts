import type { JsonObject, JsonValue } from '../schemas/json.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import { isPlainData } from './openapi-plain-schema.ts';
import { componentSchema } from './openapi-schema.ts';
import type { RegistryEntry } from './snapshot.ts';

/** The tag under which the docs page lists the workflows: /docs#/run opens it. */
export const runTag = 'run';

const maxSummaryLength = 120;

const problemAnswers = {
  RouteNotFound: ['404', 'No workflow is mounted here (any more).'],
  BodyTooLarge: ['413', 'The body is too large.'],
  FunctionFailed: ['502', 'The function, or Modal in its place, failed.'],
  FunctionUnavailable: ['503', 'The function cannot be reached or takes no more calls; see Retry-After.'],
  DeadlineExceeded: ['504', 'The function did not answer in time.'],
} as const;

/** The answers that Rowgate itself gives in a function's place, to be put among the document's components. */
export const problemResponses: JsonObject = Object.fromEntries(
  Object.entries(problemAnswers).map(([name, [, description]]) => {
    const schema = { $ref: '#/components/schemas/Problem' };
    return [name, { description, content: { 'application/problem+json': { schema } } }];
  }),
);

const problemReferences: JsonObject = Object.fromEntries(
  Object.entries(problemAnswers).map(([name, [status]]) => [
    status,
    { $ref: `#/components/responses/${name}` },
  ]),
);

/**
 * One mounted row as an OpenAPI 3.1 operation, with the row's contract by reference.
 *
 * @param id the slug as a name that OpenAPI takes; also begins the names of the contract's schemas.
 */
export function operationOf({ row }: RegistryEntry, definition: RouteDefinition, id: string): JsonObject {
  const { slug, method, timeoutSeconds, responseSchema } = definition;
  const summary = summaryOf(row.description ?? slug);
  const facts = [row.provider, row.entity_type, row.workflow_type].filter((fact) => fact !== null);
  const about = [
    row.description === summary ? null : row.description,
    facts.join(' · '),
    `Answers within ${timeoutSeconds} s.`,
  ];
  return {
    operationId: id,
    tags: [runTag],
    summary,
    description: about.filter((line) => line !== null && line !== '').join('\n\n'),
    security: [],
    'x-workflow-slug': slug,
    'x-timeout-seconds': timeoutSeconds,
    ...(method === 'GET' ? {} : { requestBody: requestBodyOf(definition, id) }),
    responses: {
      '200': {
        description: "The function's own answer, unchanged.",
        content: { 'application/json': { schema: reference(responseSchema, `${id}Response`) } },
      },
      '4XX': { description: "The function's own refusal, unchanged, or a problem document of Rowgate." },
      ...problemReferences,
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
