import { describe, expect, test } from 'vitest';
import { publishedContract } from '../../src/modal/published-contract.ts';
import { openApiDocument } from '../../src/dev/simulator/responses/openapi-document.ts';

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** As FastAPI writes it. */
function documentOf(request: unknown, response: unknown, schemas: Readonly<Record<string, unknown>> = {}) {
  const operation = { requestBody: json(request), responses: { '200': json(response), '422': json({}) } };
  return { openapi: '3.1.0', paths: { '/': { post: operation } }, components: { schemas } };
}

describe('the contract that a function publishes', () => {
  test('has its models inlined at the root and in $defs below it, and nothing else of the document', () => {
    const schemas = {
      Request: { type: 'object', properties: { people: { type: 'array', items: ref('Person') } } },
      Person: { type: 'object', properties: { name: { type: 'string' }, $ref: { type: 'string' } } },
      Response: { type: 'object', properties: { ok: { type: 'boolean' } } },
      HTTPValidationError: { type: 'object' },
    };
    expect(publishedContract(documentOf(ref('Request'), ref('Response'), schemas), 'POST', '/')).toEqual({
      ok: true,
      contract: {
        request: {
          type: 'object',
          properties: { people: { type: 'array', items: { $ref: '#/$defs/Person' } } },
          $defs: { Person: schemas.Person },
        },
        response: schemas.Response,
      },
    });
  });

  test('keeps recursion', () => {
    const Node = { type: 'object', properties: { children: { type: 'array', items: ref('Node') } } };
    const local = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
    };
    expect(publishedContract(documentOf(ref('Node'), {}, { Node }), 'POST', '/')).toEqual({
      ok: true,
      contract: { request: { ...local, $defs: { Node: local } }, response: null },
    });
  });

  test('is what the simulator publishes of a row', () => {
    const requestSchema = { type: 'object', properties: { domain: { type: 'string' } } };
    const document = openApiDocument({
      slug: 'a-b',
      method: 'POST',
      path: '/x',
      requestSchema,
      responseSchema: null,
    });
    expect(publishedContract(document, 'POST', '/x')).toEqual({
      ok: true,
      contract: { request: requestSchema, response: null },
    });
  });

  test.each([
    [null, 'not an OpenAPI document'],
    ['text', 'not an OpenAPI document'],
    [{ paths: [] }, 'not an OpenAPI document'],
    [{ paths: { '/other': { get: {} } } }, 'no POST /, only GET /other'],
    [{ paths: { '/': { get: {} } } }, 'no POST /, only GET /'],
  ])('cannot be read of %j: it says why', (document, why) => {
    expect(publishedContract(document, 'POST', '/')).toEqual({
      ok: false,
      why: expect.stringContaining(why),
    });
  });
});
