import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { makeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get, type Got } from '../get.ts';
import { at, object, operations } from './openapi-document.ts';
import { lint } from './redocly.ts';

const scopeSets = ['admin', 'read', 'read,run:people/**', 'read,run:companies/gemini/*/infer'] as const;

describe('/openapi.json where keys are asked for', () => {
  let rowgate: TestRowgate;
  let keys: ReadonlyMap<string, string>;
  beforeAll(async () => {
    rowgate = await startRowgate(await demoRows(), { AUTH: 'required' });
    const made = await Promise.all(
      scopeSets.map(async (scopes) => [scopes, (await makeKey(rowgate.database.url, scopes)).key] as const),
    );
    keys = new Map(made);
    for (const scopes of scopeSets) {
      await until(`${scopes} is known`, async () => (await ask(scopes)).status === 200);
    }
  });
  afterAll(() => rowgate.close());

  const ask = (scopes: string, path = '/openapi.json'): Promise<Got> =>
    get(rowgate.url + path, { 'x-api-key': keys.get(scopes) ?? '' });
  const documentFor = async (scopes: string): Promise<JsonObject> => object((await ask(scopes)).body);
  const runPathsOf = (document: JsonObject): string[] =>
    operations(document).flatMap(({ path }) => (path.startsWith('/run/') ? [path] : []));

  test('shows a key what its scopes allow, and no more', async () => {
    expect(runPathsOf(await documentFor('admin'))).toHaveLength(80);
    expect(runPathsOf(await documentFor('read'))).toEqual([]);
    const people = runPathsOf(await documentFor('read,run:people/**'));
    expect(people.length).toBeGreaterThan(10);
    expect(people.every((path) => path.startsWith('/run/people/'))).toBe(true);
    const infer = runPathsOf(await documentFor('read,run:companies/gemini/*/infer'));
    expect(infer.length).toBeGreaterThan(0);
    expect(infer.every((path) => /^\/run\/companies\/gemini\/[^/]+\/infer$/.test(path))).toBe(true);
  });

  test('leaves out the schemas of what it leaves out', async () => {
    const schemas = Object.keys(object(at(await documentFor('read,run:people/**'), 'components', 'schemas')));
    expect(schemas.filter((name) => name === 'infer-company-industryRequest')).toEqual([]);
  });

  test('is another document, by its tag, for other scopes, and says that it differs by key', async () => {
    const responses = await Promise.all(scopeSets.map((scopes) => ask(scopes)));
    expect(new Set(responses.map(({ headers }) => headers.get('etag'))).size).toBe(scopeSets.length);
    expect(responses[0]?.headers.get('vary')).toBe('accept-encoding, authorization, x-api-key');
  });

  test('names both ways to send a key, which all take but what is open', async () => {
    const document = await documentFor('admin');
    expect(document['security']).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(at(document, 'components', 'securitySchemes')).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    });
    const open = operations(document).flatMap(({ path, operation }) =>
      JSON.stringify(operation['security']) === '[]' ? [path] : [],
    );
    expect(open.toSorted()).toEqual(['/.well-known/api-catalog', '/healthz', '/readyz']);
  });

  test('has what the gate responds with every operation that takes a key', async () => {
    const document = await documentFor('admin');
    for (const { path, operation } of operations(document)) {
      if (operation['security'] !== undefined) continue;
      const statuses = Object.keys(object(operation['responses']));
      expect(statuses, path).toEqual(expect.arrayContaining(['401', '403', '429', '503']));
    }
    for (const [name, status] of [
      ['KeyRefused', 401],
      ['ScopeMissing', 403],
      ['LimitReached', 429],
    ] as const) {
      const media = at(document, 'components', 'responses', name, 'content', 'application/problem+json');
      expect(at(media, 'example', 'status')).toBe(status);
    }
  });

  test.each(scopeSets)(
    'passes redocly lint for %s without an error or a warning',
    { timeout: 60_000 },
    async (scopes) => {
      expect(await lint(JSON.stringify(await documentFor(scopes)))).toEqual({ errors: [], warnings: [] });
    },
  );
});
