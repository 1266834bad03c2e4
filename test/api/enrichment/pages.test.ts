import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSteps } from '../../../src/api/enrichment/workflow-list.ts';
import { Audit } from '../../../src/schemas/api-shapes/audit-api.ts';
import { WorkflowList } from '../../../src/schemas/api-shapes/workflow-api.ts';
import { snapshotOf, verdictOf } from '../../dynamic/registry/rows.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get } from '../get.ts';

const count = 1_203;
const slugOf = (place: number) => `row-${String(place).padStart(4, '0')}`;
const slugs = Array.from({ length: count }, (_, place) => slugOf(place));

describe('the listings of a registry with many rows', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate(
      slugs.map((slug, place) =>
        echoRow({
          workflow_slug: slug,
          api_endpoint_url: `/run/companies/demo/${slug}/lookup`,
          description: place === 7 ? 'Finds the Zürich office' : null,
          is_active: place !== 11,
          ...(place === 9 ? { request_schema: { type: 5 } } : {}),
        }),
      ),
    );
  });
  afterAll(() => rowgate.close());

  const list = async (path: string) => {
    const { status, headers, body } = await get(rowgate.url + path);
    expect(status).toBe(200);
    const { data, meta } = WorkflowList.parse(body);
    return { slugs: data.map(({ workflow_slug: slug }) => slug ?? ''), meta, link: headers.get('link') };
  };
  const audit = async (path: string) => {
    const { status, headers, body } = await get(rowgate.url + path);
    expect(status).toBe(200);
    return { ...Audit.parse(body), link: headers.get('link') };
  };

  test('come in pages of 1,000, whose next link leads on until every row was shown once', async () => {
    const shown: string[] = [];
    let path: string | null = '/api/enrichment/workflows';
    const sizes: number[] = [];
    while (path !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(path);
      shown.push(...page.slugs);
      sizes.push(page.slugs.length);
      expect(page.meta.total).toBe(count - 1);
      expect(page.link).toBe(page.meta.next === null ? null : `<${page.meta.next}>; rel="next"`);
      path = page.meta.next;
    }
    expect(sizes).toEqual([1_000, 202]);
    expect(shown).toEqual(slugs.filter((slug) => slug !== slugOf(11)));
  });

  test('keep their filters from page to page, and go on where rows changed and went in between', async () => {
    const first = await list('/api/enrichment/workflows?limit=2&q=ROW-000');
    expect([first.slugs, first.meta.total]).toEqual([[slugOf(0), slugOf(1)], 10]);
    await rowgate.database.query(
      `update reference.enrichment_workflow_registry set description = 'x' where workflow_slug = $1`,
      [slugOf(1)],
    );
    const entry = () => rowgate.app.current()?.bySlug.get(slugOf(1));
    await until('it is changed', () => entry()?.row.description === 'x');
    const second = await list(first.meta.next ?? '');
    expect(second.slugs).toEqual([slugOf(2), slugOf(3)]);
    await rowgate.database.query(
      `delete from reference.enrichment_workflow_registry where workflow_slug = $1`,
      [slugOf(3)],
    );
    await until('it is gone', () => rowgate.app.current()?.bySlug.get(slugOf(3)) === undefined);
    expect((await list(second.meta.next ?? '')).slugs).toEqual([slugOf(4), slugOf(5)]);
    await insertRows(rowgate.database, [
      echoRow({ workflow_slug: slugOf(3), api_endpoint_url: `/run/companies/demo/${slugOf(3)}/lookup` }),
    ]);
    await until('it is back', () => rowgate.app.current()?.bySlug.get(slugOf(3)) !== undefined);
  });

  test.each([
    ['status=rejected', [slugOf(9)], { status: 'rejected' }],
    ['status=inactive', [slugOf(11)], { status: 'inactive' }],
    ['status=inactive&is_active=true', [], { status: 'inactive', is_active: true }],
    ['q=z%C3%BCRICH', [slugOf(7)], { q: 'züRICH', is_active: true }],
    ['q=nowhere', [], { q: 'nowhere', is_active: true }],
    ['q=demo/row-0042/', [slugOf(42)], { q: 'demo/row-0042/', is_active: true }],
  ])('let through with ?%s what it says', async (query, expected, filters) => {
    const found = await list(`/api/enrichment/workflows?${query}`);
    expect(found.slugs).toEqual(expected);
    expect(found.meta.filters).toEqual(filters);
  });

  test('show each finding of the audit once, the errors first', async () => {
    const all: unknown[] = [];
    const totals = new Set<number>();
    let path: string | null = '/api/enrichment/audit?limit=700';
    while (path !== null) {
      const page: Awaited<ReturnType<typeof audit>> = await audit(path);
      all.push(
        ...page.findings.map(({ code, workflow_slug: slug, message }) => [code, slug, message].join()),
      );
      expect(page.link).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      totals.add(page.total);
      path = page.next;
    }
    expect([...totals]).toEqual([all.length]);
    expect(all[0]).toMatch(/^schema_invalid,row-0009,/);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(2 * count);
    const { findings, total } = await audit('/api/enrichment/audit?code=description_missing&limit=1');
    expect([findings.length, total > 1_000]).toEqual([1, true]);
  });

  const known =
    'entity_type, workflow_type, payload_type, usage_category, coalesces_to_core, is_active, status, q';
  test.each([
    [
      'workflows?stauts=rejected',
      `stauts is not a known parameter; the known ones are ${known}, limit, cursor.`,
    ],
    ['workflows/summary?limit=5', `limit is not a known parameter; the known ones are ${known}.`],
    [
      'audit?sevrity=error',
      'sevrity is not a known parameter; the known ones are severity, code, limit, cursor.',
    ],
    ['workflows?status=bad', 'status must be one of mounted, not_exposed, inactive, rejected, stale.'],
    ['workflows?limit=0', 'limit must be a whole number from 1 to 1000.'],
    ['workflows?limit=1001', 'limit must be a whole number from 1 to 1000.'],
    ['audit?limit=1.5', 'limit must be a whole number from 1 to 1000.'],
    ['workflows?limit=many', 'limit must be a whole number from 1 to 1000.'],
    ['workflows?q=', 'q must not be empty.'],
    ['workflows?cursor=x', 'cursor must be taken unchanged from a next link.'],
    ['audit?cursor=WyJhIiwiYiJd', 'cursor must be taken unchanged from a next link.'],
  ])('refuse %s with 422 and say what is known', async (query, detail) => {
    const { status, body } = await get(`${rowgate.url}/api/enrichment/${query}`);
    expect([status, body]).toEqual([422, expect.objectContaining({ code: 'invalid_query', detail })]);
  });
});

test('a list lets others in between every few hundred rows', () => {
  const verdicts = Array.from({ length: 5_000 }, (_, place) => verdictOf(slugOf(place)));
  const { entries } = snapshotOf('1', verdicts);
  const steps = listSteps(entries, { is_active: true }, { limit: 1_000 });
  let turns = 0;
  while (steps.next().done !== true) turns += 1;
  expect(turns).toBeGreaterThanOrEqual(Math.floor(entries.length / 500));
});
