import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { DocumentText } from '../../../src/dynamic/openapi/text.ts';
import { createOpenApi } from '../../../src/dynamic/openapi/document.ts';
import type { Snapshot } from '../../../src/dynamic/registry/snapshot.ts';
import { atOnce } from '../../../src/live/cooperative-task.ts';
import type { RowVerdict } from '../../../src/schemas/parse-row.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json-schema/json.ts';
import { verdictOf, snapshotOf } from '../registry/rows.ts';

const fixed: JsonObject = {
  openapi: '3.1.0',
  info: { title: 'Rowgate', version: '1' },
  paths: {},
  components: { schemas: { Problem: { type: 'object' } } },
};

const whole = { format: 'json', filters: {}, covers: () => true } as const;

function textOf(snapshot: Snapshot): DocumentText {
  return atOnce(createOpenApi(() => ({ fixed, gateResponses: {} }))(snapshot, whole));
}

function documentOf(...verdicts: readonly RowVerdict[]): JsonObject {
  const document: unknown = JSON.parse(textOf(snapshotOf('1', verdicts)).bytes.toString());
  if (!isJsonObject(document)) throw new Error('The OpenAPI document is no object.');
  return document;
}

/** What a JSON pointer (RFC 6901 section 6: as a URI fragment) leads to; undefined where it leads untrackedPlace. */
function at(document: JsonValue | undefined, fragment: string): JsonValue | undefined {
  let found = document;
  for (const token of fragment.replace(/^#/, '').split('/').slice(1)) {
    const key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isJsonObject(found) ? found[key] : Array.isArray(found) ? found[Number(key)] : undefined;
  }
  return found;
}

/** The same where text is expected. */
function textAt(document: JsonValue | undefined, fragment: string): string {
  const found = at(document, fragment);
  if (typeof found !== 'string') throw new Error(`There is no text at ${fragment}.`);
  return found;
}

const operations = (document: JsonObject): JsonObject[] =>
  Object.values(document['paths'] ?? {})
    .filter(isJsonObject)
    .flatMap((item) => Object.values(item))
    .filter(isJsonObject);

function references(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isJsonObject(value) && typeof value['$ref'] === 'string' ? [value['$ref']] : [];
  return [...own, ...Object.values(value).flatMap((child: JsonValue) => references(child))];
}

/** Whether a body fits the contract that the document shows for the request of the only row. */
function accepts(document: JsonObject, body: JsonValue): boolean {
  const [operation] = operations(document);
  const reference = textAt(operation, '#/requestBody/content/application~1json/schema/$ref');
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(document, 'openapi.json');
  return ajv.validate({ $ref: `openapi.json${reference}` }, body);
}

describe('a mounted row in the OpenAPI document', () => {
  test('is one operation at its path and method, known by its slug', () => {
    const document = documentOf(
      verdictOf('echo', { api_endpoint_url: 'PUT /run/a/b/c/infer', description: 'Says it again.' }),
    );
    expect(at(document, '#/paths/~1run~1a~1b~1c~1infer/put')).toMatchObject({
      operationId: 'echo',
      summary: 'Says it again.',
      'x-workflow-slug': 'echo',
      'x-timeout-seconds': 90,
    });
    expect(operations(document)).toHaveLength(1);
  });

  test.each([
    ['inactive', { is_active: false }],
    ['not exposed', { api_endpoint_url: null }],
    ['rejected', { timeout_seconds: 0 }],
  ])('is not there while it is %s', (_, over) => {
    expect(operations(documentOf(verdictOf('echo', over)))).toEqual([]);
  });

  test('is deprecated there, with the date, where its row says so', () => {
    const [old] = operations(documentOf(verdictOf('echo', { deprecated_at: '2026-11-01T00:00:00Z' })));
    expect(old).toMatchObject({ deprecated: true });
    expect(textAt(old, '#/description')).toContain('Deprecated as of 2026-11-01: ');
    const [good] = operations(documentOf(verdictOf('echo', { deprecated_at: 'soon' })));
    expect(good).not.toHaveProperty('deprecated');
    expect(textAt(good, '#/description')).not.toContain('Deprecated');
  });

  test('shows its example, and takes no body where its method is GET', () => {
    const example = { domain: 'stripe.com' };
    const [post] = operations(documentOf(verdictOf('echo', { example_request: example })));
    expect(at(post, '#/requestBody/content/application~1json/example')).toEqual(example);
    const [bare] = operations(documentOf(verdictOf('echo')));
    expect(at(bare, '#/requestBody/content/application~1json')).toEqual({ schema: {}, example: {} });
    const [shaped] = operations(documentOf(verdictOf('echo', { request_schema: { type: 'object' } })));
    expect(at(shaped, '#/requestBody/content/application~1json')).not.toHaveProperty('example');
    const get = verdictOf('echo', { api_endpoint_url: 'GET /run/a/b', request_schema: { type: 'object' } });
    expect(operations(documentOf(get))[0]).not.toHaveProperty('requestBody');
  });

  test.each([
    ['slugs that differ only in a character that ids may not have', ['a b', 'a_b', 'a/b']],
    ['slugs without any letter that ids may have', ['会社', '人員']],
  ])('keeps its own id and its own contract among %s', (_, slugs) => {
    const rows = slugs.map((slug, index) =>
      verdictOf(slug, {
        modal_endpoint_url: 'https://f.modal.run',
        api_endpoint_url: `/run/${index}`,
        request_schema: { title: slug },
      }),
    );
    const document = documentOf(...rows);
    const shown = operations(document);
    const ids = shown.map((operation) => textAt(operation, '#/operationId'));
    expect(new Set(ids).size).toBe(slugs.length);
    expect(ids.filter((id) => !/^[A-Za-z0-9._-]+$/.test(id))).toEqual([]);
    const titles = shown.map((operation) => {
      const reference = textAt(operation, '#/requestBody/content/application~1json/schema/$ref');
      return at(document, `${reference}/title`);
    });
    expect(titles).toEqual(slugs);
  });
});

describe("a row's contract in the OpenAPI document", () => {
  const contracts: readonly (readonly [string, JsonObject, JsonValue, JsonValue])[] = [
    ['no references', { type: 'object', required: ['a'] }, { a: 1 }, {}],
    [
      'a reference to a definition',
      { properties: { a: { $ref: '#/$defs/text' } }, $defs: { text: { type: 'string' } } },
      { a: 'x' },
      { a: 1 },
    ],
    [
      'a reference to itself',
      { type: 'object', additionalProperties: { $ref: '#' } },
      { a: { b: {} } },
      { a: { b: 1 } },
    ],
    [
      'a reference whose pointer is escaped',
      { properties: { a: { $ref: '#/$defs/x~1y%20z~0' } }, $defs: { 'x/y z~': { type: 'string' } } },
      { a: 'x' },
      { a: 1 },
    ],
    [
      'a reference out of a list',
      { anyOf: [{ $ref: '#/$defs/n' }, { type: 'null' }], $defs: { n: { type: 'number' } } },
      null,
      'x',
    ],
    [
      'a reference to a reference',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { type: 'boolean' } } },
      true,
      1,
    ],
    [
      'a property that is called $ref',
      { properties: { $ref: { type: 'string' } } },
      { $ref: 'x' },
      { $ref: 1 },
    ],
  ];

  test.each(contracts)('with %s means there what it means in the row', (_, schema, good, bad) => {
    const document = documentOf(verdictOf('echo', { request_schema: schema, response_schema: schema }));
    expect(references(document).filter((reference) => at(document, reference) === undefined)).toEqual([]);
    const own = new Ajv2020({ strict: false }).compile(schema);
    expect([own(good), own(bad)]).toEqual([true, false]);
    expect([accepts(document, good), accepts(document, bad)]).toEqual([true, false]);
  });

  test('is left as it is in the row', () => {
    const schema = { $ref: '#/$defs/a', $defs: { a: { type: 'string' } } };
    const before = structuredClone(schema);
    documentOf(verdictOf('echo', { request_schema: schema }));
    expect(schema).toEqual(before);
  });
});

test('the document has the same tag for the same content', () => {
  const { etag } = textOf(snapshotOf('1', [verdictOf('echo')]));
  expect(textOf(snapshotOf('2', [verdictOf('echo')])).etag).toBe(etag);
  expect(textOf(snapshotOf('3', [])).etag).not.toBe(etag);
});
