import type { JsonObject } from '../../../json-schema/json.ts';
import type { SimulatedFunction } from '../simulated-function.ts';

const VALIDATION_ERROR: JsonObject = {
  title: 'ValidationError',
  type: 'object',
  required: ['loc', 'msg', 'type'],
  properties: {
    loc: { title: 'Location', type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
    msg: { title: 'Message', type: 'string' },
    type: { title: 'Error Type', type: 'string' },
  },
};

const HTTP_VALIDATION_ERROR: JsonObject = {
  title: 'HTTPValidationError',
  type: 'object',
  properties: {
    detail: { title: 'Detail', type: 'array', items: { $ref: '#/components/schemas/ValidationError' } },
  },
};

/** The OpenAPI document of an endpoint deployed with `docs=True`, as FastAPI generates it for one function. */
export function openApiDocument(simulated: SimulatedFunction): JsonObject {
  const { requestSchema, responseSchema, slug } = simulated;
  const requestBody = { required: true, content: jsonContent(requestSchema ?? {}) };
  const operation: JsonObject = {
    summary: slug,
    operationId: `${slug.replaceAll('-', '_')}_${simulated.method.toLowerCase()}`,
    ...(requestSchema === null ? {} : { requestBody }),
    responses: {
      200: { description: 'Successful Response', content: jsonContent(responseSchema ?? {}) },
      422: {
        description: 'Validation Error',
        content: jsonContent({ $ref: '#/components/schemas/HTTPValidationError' }),
      },
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'FastAPI', version: '0.1.0' },
    paths: { [simulated.path]: { [simulated.method.toLowerCase()]: operation } },
    components: {
      schemas: { HTTPValidationError: HTTP_VALIDATION_ERROR, ValidationError: VALIDATION_ERROR },
    },
  };
}

function jsonContent(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}
