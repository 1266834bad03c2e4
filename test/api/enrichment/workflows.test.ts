import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkflowList } from '../../../src/schemas/api-shapes/workflow-api.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';

describe('GET /api/enrichment/workflows', () => {
  let rowgate: TestRowgate;

  beforeAll(async () => {
    const client = { entity_type: 'company', usage_category: 'client', coalesces_to_core: true };
    const hq = { entity_type: 'person', usage_category: 'internal_hq', workflow_type: 'ingest' };
    rowgate = await startRowgate([
      unexposed('a', {
        ...client,
        payload_type: 'firmographics',
        workflow_type: 'ingest',
        core_table: 'core.c',
      }),
      unexposed('b', {
        ...client,
        payload_type: 'industry',
        workflow_type: 'inference',
        core_table: 'core.c',
      }),
      unexposed('c', { ...hq, coalesces_to_core: false, payload_type: 'email' }),
      unexposed('d', { ...hq, is_active: null }),
      unexposed('e', { entity_type: 'person', is_active: false }),
      unexposed('f', { entity_type: '__proto__', payload_type: 'constructor' }),
    ]);
  });
  afterAll(() => rowgate.close());

  async function list(query = '') {
    const { status, body } = await get(`${rowgate.url}/api/enrichment/workflows${query}`);
    expect(status).toBe(200);
    const { data, meta } = WorkflowList.parse(body);
    return { slugs: data.map(({ workflow_slug: slug }) => slug).join(''), data, meta };
  }

  test.each([
    ['entity_type=company', 'ab'],
    ['workflow_type=ingest', 'acd'],
    ['payload_type=email', 'c'],
    ['usage_category=client', 'ab'],
    ['coalesces_to_core=true', 'ab'],
    ['is_active=false', 'e'],
    ['entity_type=__proto__', 'f'],
    ['payload_type=constructor', 'f'],
  ])('shows with ?%s only the rows of that value', async (query, slugs) => {
    expect((await list(`?${query}`)).slugs).toBe(slugs);
  });

  test('shows the active rows when nothing is asked for, and takes a row without is_active for one', async () => {
    const { slugs, meta } = await list();
    expect(slugs).toBe('abcdf');
    expect(meta.filters).toEqual({ is_active: true });
  });

  test('takes a row without coalesces_to_core for one that does not', async () => {
    expect((await list('?coalesces_to_core=false')).slugs).toBe('cdf');
  });

  test('lets through only what all filters let through, and says which it applied', async () => {
    const { slugs, meta } = await list('?entity_type=company&workflow_type=inference&coalesces_to_core=true');
    expect(slugs).toBe('b');
    expect(meta.filters).toEqual({
      entity_type: 'company',
      workflow_type: 'inference',
      coalesces_to_core: true,
      is_active: true,
    });
    expect((await list('?entity_type=person&usage_category=client')).slugs).toBe('');
  });

  test('counts what it shows, and not the whole table', async () => {
    expect((await list()).meta).toMatchObject({
      total: 5,
      in_core_count: 2,
      not_in_core_count: 3,
      client_count: 2,
      internal_hq_count: 2,
    });
    expect((await list('?workflow_type=ingest')).meta).toMatchObject({
      total: 3,
      in_core_count: 1,
      not_in_core_count: 2,
      client_count: 1,
      internal_hq_count: 2,
    });
  });

  test('reads a flag however Python, Clay or a person writes it', async () => {
    for (const no of ['false', 'False', '0', 'no']) {
      expect((await list(`?is_active=${no}`)).slugs, no).toBe('e');
    }
    expect((await list('?coalesces_to_core=True')).slugs).toBe('ab');
  });

  test('leaves contracts out of the list', async () => {
    const [first] = (await list()).data;
    expect(Object.keys(first ?? {})).toEqual(expect.arrayContaining(['description', 'route']));
    expect(Object.keys(first ?? {})).not.toContain('request_schema');
  });

  test.each([
    ['is_active=maybe', 'is_active', 'is_active must be true or false.'],
    ['coalesces_to_core=', 'coalesces_to_core', 'coalesces_to_core must be true or false.'],
    ['entity_type=a&entity_type=b', 'entity_type', 'entity_type must be given only once.'],
  ])('refuses ?%s with 422 and names the parameter', async (query, parameter, detail) => {
    const { status, headers, body } = await get(`${rowgate.url}/api/enrichment/workflows?${query}`);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ code: 'invalid_query', detail, errors: [{ parameter }] });
  });

  test('names the first twenty of thousands of unknown parameters, and counts the others', async () => {
    const query = Array.from({ length: 2_000 }, (_, index) => `p${index}=`).join('&');
    const { status, body } = await get(`${rowgate.url}/api/enrichment/workflows?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ detail: expect.stringMatching(/; and 1980 more\.$/) });
    expect(JSON.stringify(body).length).toBeLessThan(10_000);
  });

  test('says once that a number breaks its rule, however many ways it does', async () => {
    const { body } = await get(`${rowgate.url}/api/enrichment/workflows?limit=99999999999999999999`);
    expect(body).toMatchObject({ detail: 'limit must be a whole number from 1 to 1000.' });
  });
});

function unexposed(slug: string, columns: Readonly<Record<string, unknown>>) {
  return echoRow({ workflow_slug: slug, api_endpoint_url: null, is_active: true, ...columns });
}
