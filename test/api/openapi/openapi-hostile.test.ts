import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { hostileRows } from '../hostile-rows.ts';
import { at, fits, openApi, operations } from './openapi-document.ts';
import { lint } from './redocly.ts';

describe('/openapi.json of a hostile registry', () => {
  let rowgate: TestRowgate;
  let document: JsonObject;

  beforeAll(async () => {
    rowgate = await startRowgate(hostileRows);
    document = await openApi(rowgate);
  });
  afterAll(() => rowgate.close());

  const component = (name: string) => at(document, 'components', 'schemas', name);
  const operation = (slug: string) =>
    operations(document).find(({ operation: of }) => of['x-workflow-slug'] === slug)?.operation;

  test('has every row that is mounted, and redocly lint finds no error in it', {
    timeout: 60_000,
  }, async () => {
    expect(rowgate.app.current()?.counts).toMatchObject({ mounted: hostileRows.length - 2, rejected: 2 });
    expect(operations(document).filter(({ path }) => path.startsWith('/run'))).toHaveLength(
      hostileRows.length - 2,
    );
    expect((await lint(JSON.stringify(document))).errors).toEqual([]);
  });

  test('tells apart slugs that differ only in characters that an id may not have', () => {
    const ids = ['a b', 'a/b', 'a_b'].map((slug) => operation(slug)?.['operationId']);
    expect(ids).toEqual([
      expect.stringMatching(/^a_b-[0-9a-f]{6}$/),
      expect.stringMatching(/^a_b-[0-9a-f]{6}$/),
      'a_b',
    ]);
    expect(new Set(ids).size).toBe(3);
  });

  test('gives a slug another id where a fixed route has that one', () => {
    expect(operation('list-workflows')?.['operationId']).toMatch(/^list-workflows-[0-9a-f]{6}$/);
  });

  test.each([
    ['local-refs', { child: { child: {} } }, { child: { child: 1 } }],
    ['local-refs', { 'a/b~c %': 'text' }, { 'a/b~c %': 1 }],
    ['anchors-1', { item: 'text' }, { item: 1 }],
    ['anchors-2', { item: 1 }, { item: 'text' }],
    ['dynamic', { children: [{ children: [] }] }, { children: [{ children: 1 }] }],
    ['nested-id', { inner: { a: 1, b: 1 } }, { inner: { a: 1, b: 'text' } }],
    ['booleans', { yes: 1 }, { no: 1 }],
    ['odd-names', { item: 1 }, { item: 'text' }],
    ['legacy-null', { state: 'open' }, { state: 'shut' }],
  ])('keeps what the schema of %s means', (slug, good, bad) => {
    expect(fits(document, `${slug}Request`, good)).toBe(true);
    expect(fits(document, `${slug}Request`, bad)).toBe(false);
  });

  test('has no row whose references lead nowhere or in a circle', () => {
    for (const slug of ['dangling', 'circular']) expect(operation(slug)).toBeUndefined();
  });

  test('has a row whose pattern is none, since it is served without the pattern', () => {
    expect(rowgate.app.current()?.bySlug.get('contradictory')).toMatchObject({
      status: 'mounted',
      warnings: [{ code: 'pattern_not_applied' }, { code: 'pattern_not_applied' }],
    });
    expect(operation('contradictory')).toMatchObject({ operationId: 'contradictory' });
  });

  test('leaves out data in which a tool would see a reference, and data too deep for its stack', () => {
    expect(JSON.stringify(component('data-refsRequest'))).toBe('{"type":"object"}');
    const media = (slug: string) => at(operation(slug), 'requestBody', 'content', 'application/json');
    for (const slug of ['data-refs', 'null-example']) {
      expect(Object.keys(Object(media(slug))), slug).toEqual(['schema']);
    }
    expect(media('deep-example')).toEqual({ schema: {}, example: {} });
  });

  test('shows one short line of a long description, and the whole of it below', () => {
    const { summary, description } = Object(operation('long-text'));
    expect(summary).toMatch(/^x{119}…$/);
    expect(description).toContain('x'.repeat(500));
    expect(operation('two-lines')).toMatchObject({
      summary: 'First line.',
      description: expect.stringContaining('Second line.'),
    });
  });
});
