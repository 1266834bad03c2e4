import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { send } from '../../helpers/http.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get } from '../get.ts';
import { at, object, openApi, operations, text } from './openapi-document.ts';
import { lint } from './redocly.ts';

describe('/openapi.json with filters', () => {
  let rowgate: TestRowgate;
  let whole: JsonObject;
  beforeAll(async () => {
    rowgate = await startRowgate(await demoRows());
    whole = await openApi(rowgate);
  });
  afterAll(() => rowgate.close());

  const filtered = async (query: string): Promise<JsonObject> =>
    object((await get(`${rowgate.url}/openapi.json?${query}`)).body);
  const pathsOf = (document: JsonObject): string[] => Object.keys(object(document['paths']));

  test.each([
    ['tag=run', (path: string) => path.startsWith('/run/')],
    ['tag=companies', (path: string) => path.startsWith('/run/companies/')],
    ['tag=registry', (path: string) => path.startsWith('/api/enrichment/')],
    ['entity=people', (path: string) => path.startsWith('/run/people/')],
    ['tag=run&entity=people', (path: string) => path.startsWith('/run/people/')],
  ])('has with ?%s those operations, and no other', async (query, isWanted) => {
    const paths = pathsOf(await filtered(query));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.toSorted()).toEqual(pathsOf(whole).filter(isWanted).toSorted());
  });

  test('takes the entity as rows call it, too, and the type of a workflow', async () => {
    const rows = await demoRows();
    for (const [column, parameter] of [
      ['entity_type', 'entity'],
      ['workflow_type', 'workflow_type'],
    ] as const) {
      const value = String(rows.find((row) => row['api_endpoint_url'] !== null)?.[column]);
      const expected = rows.filter((row) => row['api_endpoint_url'] !== null && row[column] === value);
      const slugs = operations(await filtered(`${parameter}=${value}`)).map(
        ({ operation }) => operation['x-workflow-slug'],
      );
      expect(slugs).toEqual(expect.arrayContaining(expected.map((row) => row['workflow_slug'])));
    }
  });

  test.each([
    ['tag=nosuch', 'tag "nosuch" matches no operation; known values: "companies", "documents"'],
    ['tag=Run', '"registry", "run"'],
    ['entity=nosuch', '"companies"'],
    ['workflow_type=nosuch', '"inference"'],
    ['tag=run&entity=nosuch', 'entity "nosuch" matches no operation; known values: '],
    ['tag=registry&entity=people', 'entity "people" matches no operation together with the other parameters'],
  ])('is 422 for ?%s, which matches no operation, and names values that do', async (query, why) => {
    for (const format of ['json', 'yaml']) {
      const { status, body } = await get(`${rowgate.url}/openapi.${format}?${query}`);
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'invalid_query', detail: expect.stringContaining(why) });
      expect(text(object(body)['detail']).length).toBeLessThan(1_000);
    }
  });

  test('is 422 for a value that can fit none', async () => {
    for (const query of ['tag=', 'entity=a&entity=b', `tag=${'x'.repeat(201)}`]) {
      const { status, body } = await get(`${rowgate.url}/openapi.json?${query}`);
      expect(status, query).toBe(422);
      expect(body).toMatchObject({ code: 'invalid_query', errors: [{ parameter: query.split('=')[0] }] });
    }
  });

  test.each(['json', 'yaml'])(
    'refuses in .%s a parameter that it does not know, naming those it does',
    async (format) => {
      const { status, body } = await get(`${rowgate.url}/openapi.${format}?tags=run&entity=people`);
      expect(status).toBe(422);
      expect(body).toMatchObject({
        detail: 'tags is not a known parameter; the known ones are tag, entity, workflow_type.',
        errors: [{ parameter: 'tags' }],
      });
    },
  );

  test.each(['tag=run', 'tag=operations', 'entity=people'])(
    'passes redocly lint with ?%s without an error or a warning',
    { timeout: 60_000 },
    async (query) => {
      expect(await lint(JSON.stringify(await filtered(query)))).toEqual({ errors: [], warnings: [] });
    },
  );

  test('names each tag that an operation has, the entities among them, once and with a description', () => {
    const tags = whole['tags'];
    const names = Array.isArray(tags) ? tags.map((tag) => text(at(tag, 'name'))) : [];
    const used = new Set(
      operations(whole).flatMap(({ operation }) => [operation['tags']].flat().map(String)),
    );
    expect(names.toSorted()).toEqual([...used].toSorted());
    expect(names).toEqual(expect.arrayContaining(['run', 'companies', 'people', 'documents']));
    // Entities that are no plain names come behind those that are.
    expect(names.slice(0, 5)).toEqual(['run', 'companies', 'people', '--', 'IGNORE']);
  });

  test('is the same document as YAML', async () => {
    const { status, headers, body } = await get(`${rowgate.url}/openapi.yaml`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/yaml');
    expect(parse(String(body))).toEqual(whole);
    expect(String(body)).toContain('\n  /run/companies/gemini/industry/infer:\n    post:\n');
  });

  test('is compressed for those who take gzip, under a tag of its own', async () => {
    const path = '/openapi.json';
    const ask = (coding: string) =>
      send(rowgate.url, { method: 'GET', path, headers: { 'accept-encoding': coding } });
    const plain = await ask('identity');
    await until('it is compressed', async () => (await ask('gzip')).headers['content-encoding'] === 'gzip');
    const gzipped = await ask('br, gzip;q=0.8');
    expect(gzipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(gzipped.body).equals(plain.body)).toBe(true);
    expect(gzipped.body.byteLength).toBeLessThan(plain.body.byteLength / 5);
    expect(gzipped.headers.etag).not.toBe(plain.headers.etag);
    for (const coding of ['', 'br', 'gzip;q=0', '*;q=0']) {
      expect((await ask(coding)).headers['content-encoding'], coding).toBeUndefined();
    }
  });

  test('shows a row as soon as it is served, and then has another tag', async () => {
    const before = (await get(`${rowgate.url}/openapi.json`)).headers;
    await insertRows(rowgate.database, [echoRow({ workflow_slug: 'late' })]);
    const path = '/run/companies/demo/echo/lookup';
    await until('it is served', async () => rowgate.app.current()?.table.match(path) !== undefined);
    const { headers, body } = await get(`${rowgate.url}/openapi.json`);
    expect(at(object(body), 'paths', path, 'post', 'operationId')).toBe('late');
    expect(headers.get('etag')).not.toBe(before.get('etag'));
    expect(headers.get('x-registry-version')).not.toBe(before.get('x-registry-version'));
  });
});
