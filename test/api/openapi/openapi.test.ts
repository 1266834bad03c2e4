import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/json-schema/json.ts';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, echoRow, type TestRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';
import { at, fits, object, openApi, operations } from './openapi-document.ts';
import { lint } from './redocly.ts';

describe('/openapi.json of the demo registry', () => {
  let rowgate: TestRowgate;
  let exposed: readonly TestRow[];
  let document: JsonObject;

  beforeAll(async () => {
    const rows = await demoRows();
    exposed = rows.filter((row) => row['api_endpoint_url'] !== null);
    rowgate = await startRowgate(rows);
    document = await openApi(rowgate);
  });
  afterAll(() => rowgate.close());

  test('is OpenAPI 3.1 and lists under /run exactly the 80 paths that are mounted', () => {
    expect(document['openapi']).toBe('3.1.0');
    const paths = Object.keys(object(document['paths'])).filter((path) => path.startsWith('/run'));
    expect(paths).toHaveLength(80);
    expect(paths.toSorted()).toEqual(exposed.map((row) => String(row['api_endpoint_url'])).toSorted());
  });

  test('lists the fixed routes that programs ask', () => {
    const paths = Object.keys(object(document['paths'])).filter((path) => !path.startsWith('/run'));
    expect(paths.toSorted()).toEqual([
      '/.well-known/api-catalog',
      '/api/enrichment/audit',
      '/api/enrichment/registry/wait',
      '/api/enrichment/status',
      '/api/enrichment/workflows',
      '/api/enrichment/workflows/summary',
      '/api/enrichment/workflows/{slug}',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/openapi.yaml',
      '/readyz',
    ]);
  });

  test('has for each row an operation of the tags run and its entity, with its slug for an id and its own schemas and example', () => {
    for (const row of exposed) {
      const slug = String(row['workflow_slug']);
      const operation = at(document, 'paths', String(row['api_endpoint_url']), 'post');
      expect(operation).toMatchObject({
        operationId: slug,
        tags: ['run', String(row['api_endpoint_url']).split('/')[2]],
        summary: row['description'],
        description: expect.stringContaining(`Responds within ${String(row['timeout_seconds'])} s.`),
      });
      const media = at(operation, 'requestBody', 'content', 'application/json');
      expect(media).toEqual({
        schema: { $ref: `#/components/schemas/${slug}Request` },
        example: row['example_request'],
      });
      expect(at(operation, 'responses', '200', 'content', 'application/json')).toEqual({
        schema: { $ref: `#/components/schemas/${slug}Response` },
      });
      expect(at(document, 'components', 'schemas', `${slug}Request`)).toEqual(
        withItems(row['request_schema']),
      );
      expect(at(document, 'components', 'schemas', `${slug}Response`)).toEqual(
        withItems(row['response_schema']),
      );
    }
  });

  test('has an id for each operation that no other has, and a response for each kind of failure', () => {
    const all = operations(document);
    expect(new Set(all.map(({ operation }) => operation['operationId'])).size).toBe(all.length);
    for (const { path, operation } of all.filter(({ path: of }) => of.startsWith('/run'))) {
      const statuses = Object.keys(object(operation['responses']));
      expect(statuses, path).toEqual(expect.arrayContaining(['404', '413', '415', '502', '503', '504']));
      expect(
        statuses.filter((status) => !/^\d{3}$/.test(status)),
        path,
      ).toEqual([]);
    }
  });

  test('shows an example for each status that Rowgate itself returns', () => {
    const operation = at(document, 'paths', '/run/companies/gemini/industry/infer', 'post');
    for (const status of ['404', '413', '415', '502', '503', '504']) {
      const reference = at(operation, 'responses', status, '$ref');
      const name = typeof reference === 'string' ? (reference.split('/').at(-1) ?? '') : '';
      const media = at(document, 'components', 'responses', name, 'content', 'application/problem+json');
      expect(at(media, 'example', 'status')).toBe(Number(status));
      expect(fits(document, 'Problem', at(media, 'example'))).toBe(true);
    }
  });

  test('shows for a body that a contract refuses what the response to it is, word for word', async () => {
    const path = '/run/companies/gemini/industry/infer';
    const { status, body } = await send(rowgate.url + path, {
      headers: { 'content-type': 'application/json' },
      body: '{"domain":"stripe.com"}',
    }).then((response) => ({ status: response.status, body: jsonOf(response) }));
    const media = ['content', 'application/problem+json', 'example'];
    const example = at(document, 'components', 'responses', 'ContractViolated', ...media);
    expect(status).toBe(422);
    expect(example).toEqual({ ...object(body), request_id: at(example, 'request_id') });
  });

  test('says of every operation but the probes that without keys foreign callers are refused', async () => {
    for (const { path, operation } of operations(document)) {
      const isProbe = ['/healthz', '/readyz'].includes(path);
      const refusal = isProbe ? undefined : { $ref: '#/components/responses/ForeignCaller' };
      expect(at(operation, 'responses', '403'), path).toEqual(refusal);
    }
    const media = at(
      document,
      'components',
      'responses',
      'ForeignCaller',
      'content',
      'application/problem+json',
    );
    expect(at(media, 'example', 'status')).toBe(403);
    expect(fits(document, 'Problem', at(media, 'example'))).toBe(true);
  });

  test('describes the responses of the fixed routes as they are', async () => {
    const api = `${rowgate.url}/api/enrichment/workflows`;
    for (const [component, url] of [
      ['WorkflowList', api],
      ['WorkflowSummary', `${api}/summary`],
      ['WorkflowDetail', `${api}/infer-company-industry`],
      ['Problem', `${api}/none`],
      ['Problem', `${api}?is_active=maybe`],
      ['Audit', `${rowgate.url}/api/enrichment/audit`],
      ['Ready', `${rowgate.url}/readyz`],
    ] as const) {
      expect(fits(document, component, (await get(url)).body), url).toBe(true);
    }
    const { body } = await get(`${rowgate.url}/run/companies/gemini/industry/inferr`);
    expect(fits(document, 'Problem', body)).toBe(true);
  });

  test('is 304 for whoever has it', async () => {
    const url = `${rowgate.url}/openapi.json`;
    const etag = (await get(url)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const { status, headers, body } = await get(url, { 'if-none-match': known });
      expect({ status, body }).toEqual({ status: 304, body: '' });
      expect(headers.get('etag')).toBe(etag);
    }
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('changes its etag with the registry', async () => {
    const other = await startRowgate([echoRow()]);
    try {
      const etags = await Promise.all([rowgate, other].map(({ url }) => get(`${url}/openapi.json`)));
      expect(new Set(etags.map(({ headers }) => headers.get('etag'))).size).toBe(2);
    } finally {
      await other.close();
    }
  });

  test('passes redocly lint without an error or a warning', { timeout: 60_000 }, async () => {
    expect(await lint(JSON.stringify(document))).toEqual({ errors: [], warnings: [] });
  });
});

/** A schema with `items` for each array that has none, as the document shows it. */
function withItems(schema: unknown): unknown {
  const text = JSON.stringify(schema, (_, value: unknown) =>
    isJsonObject(value) && [value['type']].flat().includes('array') ? { items: {}, ...value } : value,
  );
  return JSON.parse(text);
}
