import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registryCommand } from '../../helpers/commands/registry-command.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { registry } from '../../db/listener/sessions.ts';
import { get } from '../get.ts';

const good = (slug: string) =>
  echoRow({
    workflow_slug: slug,
    modal_function_name: slug,
    modal_endpoint_url: `https://demodata--app-${slug}.modal.run`,
    api_endpoint_url: `/run/companies/demo/${slug}/lookup`,
  });
const rows = [
  { ...good('a'), modal_endpoint_url: good('b')['modal_endpoint_url'] },
  { ...good('b'), modal_endpoint_url: good('a')['modal_endpoint_url'] },
  { ...good('late'), api_endpoint_url: good('a')['api_endpoint_url'] },
  { ...good('odd'), api_endpoint_url: '/run/odd' },
  good('sound'),
];

describe('GET /api/enrichment/audit', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate(rows);
  });
  afterAll(() => rowgate.close());

  const ask = (query = '') => get(`${rowgate.url}/api/enrichment/audit${query}`);
  const found = async (query: string): Promise<unknown> => {
    const { findings } = Object((await ask(query)).body);
    return findings.map((finding: unknown) => [Object(finding).code, Object(finding).workflow_slug]);
  };
  const printed = async (): Promise<unknown> => {
    const { output } = await registryCommand(['audit', '--json'], { DATABASE_URL: rowgate.database.url });
    const { findings } = Object(JSON.parse(output));
    return { findings, total: findings.length, next: null };
  };

  test('has what the command prints', async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toEqual(await printed());
    expect(await found('?severity=error')).toEqual([
      ['function_url_mismatch', 'a'],
      ['function_url_mismatch', 'b'],
      ['path_taken', 'late'],
    ]);
  });

  test('lets filters narrow it down', async () => {
    expect(await found('?severity=warning')).toEqual([['path_unconventional', 'odd']]);
    expect(await found('?code=path_taken')).toEqual([['path_taken', 'late']]);
    expect(await found('?code=path_taken&severity=info')).toEqual([]);
  });

  test.each(['?severity=fatal', '?code=nonsense', '?severity=error&severity=info'])(
    'refuses the filter %s and says what it takes',
    async (query) => {
      const { status, body } = await ask(query);
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: 'invalid_query',
        detail: expect.stringContaining('must be one of'),
      });
    },
  );

  test('is of the registry as it is served now, and tells of a row that serves by its last good version', async () => {
    await rowgate.database.query(
      `update ${registry} set request_schema = '{"type": "text"}' where workflow_slug = 'sound'`,
    );
    await until('the row is stale', () => rowgate.app.current()?.counts.stale === 1);
    expect(await found('?code=schema_invalid')).toEqual([['schema_invalid', 'sound']]);
    expect((await ask()).body).toEqual(await printed());
  });
});
