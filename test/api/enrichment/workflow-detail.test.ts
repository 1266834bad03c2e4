import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';

const oddSlugs = [
  'with space',
  'café ☕',
  'a/b',
  '50%',
  '%2F',
  'a?b#c',
  'quo\'te"',
  '<b>',
  '__proto__',
  'a.b',
  'a+b',
];

describe('GET /api/enrichment/workflows/{slug}', () => {
  let rowgate: TestRowgate;

  beforeAll(async () => {
    rowgate = await startRowgate([
      echoRow({
        request_schema: { type: 'object', required: ['domain'], properties: { domain: { type: 'string' } } },
        response_schema: { type: 'object' },
        example_request: { domain: 'stripe.com' },
        max_concurrency: 4,
        deprecated_at: '2026-11-01T02:00:00+02:00',
      }),
      ...['summary', ...oddSlugs].map((slug) => echoRow({ workflow_slug: slug, api_endpoint_url: null })),
    ]);
  });
  afterAll(() => rowgate.close());

  const detail = (slug: string) => get(`${rowgate.url}/api/enrichment/workflows/${slug}`);

  test('shows the row with its contract and its route', async () => {
    const { status, body } = await detail('echo');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      workflow_slug: 'echo',
      modal_function_name: 'echo',
      max_concurrency: 4,
      deprecated_at: '2026-11-01T00:00:00.000Z',
      request_schema: { type: 'object', required: ['domain'] },
      response_schema: { type: 'object' },
      example_request: { domain: 'stripe.com' },
      route: { status: 'mounted', path: '/run/companies/demo/echo/lookup' },
    });
  });

  test.each(oddSlugs)('finds %j by its percent-encoded slug', async (slug) => {
    const { status, body } = await detail(encodeURIComponent(slug));
    expect(status).toBe(200);
    expect(body).toMatchObject({ workflow_slug: slug });
  });

  test('responds with 404 for a slug that no row has, naming it and the path as it was sent', async () => {
    const { status, headers, body } = await detail('no-such%20one');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      code: 'workflow_not_found',
      detail: 'The registry has no workflow with the slug no-such one.',
      instance: '/api/enrichment/workflows/no-such%20one',
      request_id: headers.get('x-request-id'),
    });
  });

  test.each(['constructor', 'toString', '%', '%zz', '%00', '%ff'])(
    'responds with 404 for %s',
    async (slug) => {
      expect((await detail(slug)).status).toBe(404);
    },
  );

  test('shows a workflow named "summary" in the list only: there, the path means the summary', async () => {
    expect((await detail('summary')).body).toHaveProperty('total_workflows');
    const { body } = await get(`${rowgate.url}/api/enrichment/workflows`);
    expect(body).toHaveProperty(
      'data',
      expect.arrayContaining([expect.objectContaining({ workflow_slug: 'summary' })]),
    );
  });
});
