import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkflowDetail } from '../../../src/schemas/api-shapes/workflow-api.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';

describe('the route of a workflow', () => {
  let rowgate: TestRowgate;

  beforeAll(async () => {
    rowgate = await startRowgate([
      echoRow({ workflow_slug: 'a-good-one' }),
      echoRow({ workflow_slug: 'unexposed', api_endpoint_url: null }),
      echoRow({ workflow_slug: 'retired', is_active: false, api_endpoint_url: '/run/a/b/c/get' }),
      echoRow({ workflow_slug: 'second-comer' }),
      echoRow({
        workflow_slug: 'hopeless',
        modal_endpoint_url: 'https://evil.example',
        request_schema: { type: 5 },
        response_schema: { $ref: 'https://evil.example/schema' },
      }),
      echoRow({
        workflow_slug: 'odd',
        api_endpoint_url: '/run/only-two/segments',
        modal_endpoint_url: 'https://demodata--app-other.modal.run',
        coalesces_to_core: true,
        workflow_type: 'magic',
      }),
    ]);
  });
  afterAll(() => rowgate.close());

  async function routeOf(slug: string) {
    const { status, body } = await get(`${rowgate.url}/api/enrichment/workflows/${slug}`);
    expect(status).toBe(200);
    return WorkflowDetail.parse(body).route;
  }

  test('is mounted, with the path, the method and the timeout that are served', async () => {
    expect(await routeOf('a-good-one')).toEqual({
      status: 'mounted',
      method: 'POST',
      path: '/run/companies/demo/echo/lookup',
      timeout_seconds: 30,
      reasons: [],
      warnings: [],
    });
  });

  test.each([
    ['not_exposed', 'unexposed'],
    ['inactive', 'retired'],
  ])('is %s and leads nowhere', async (status, slug) => {
    expect(await routeOf(slug)).toMatchObject({ status, method: null, path: null, timeout_seconds: null });
  });

  test('is rejected with every reason at once, each naming the column to fix', async () => {
    const { status, path, reasons } = await routeOf('hopeless');
    expect({ status, path }).toEqual({ status: 'rejected', path: null });
    expect(reasons.map(({ code, column }) => [code, column])).toEqual([
      ['function_url_not_allowed', 'modal_endpoint_url'],
      ['schema_invalid', 'request_schema'],
      ['schema_dangerous', 'response_schema'],
    ]);
    for (const { message } of reasons) expect(message).toMatch(/^.{20,}\.$/);
  });

  test('is rejected where another row has the path, and says which', async () => {
    const { status, reasons } = await routeOf('second-comer');
    expect(status).toBe('rejected');
    expect(reasons).toMatchObject([{ code: 'path_taken', other_slug: 'a-good-one' }]);
  });

  test('is mounted with warnings where the row is odd but safe', async () => {
    const { status, warnings } = await routeOf('odd');
    expect(status).toBe('mounted');
    expect(warnings.map(({ code }) => code).toSorted()).toEqual([
      'column_value_unknown',
      'core_table_missing',
      'function_url_mismatch',
      'path_unconventional',
    ]);
  });
});
