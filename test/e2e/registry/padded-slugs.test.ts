import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { ask, untilListening, untilResponds } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const echo = '/run/companies/demo/echo/lookup';
const table = 'reference.enrichment_workflow_registry';

describe.each([
  ['a blank', 'echo '],
  ['a no-break space', '\u00a0echo'],
  ['a carriage return', 'echo\r'],
  ['a line feed', 'echo\n'],
  ['a zero-width space', 'echo\u200b'],
  ['a byte order mark', '\ufeffecho'],
  ['a soft hyphen and a tab', '\u00adecho\t'],
])('a row whose slug has %s at an end', (_, slug) => {
  let rowgate: TestRowgate;
  beforeEach(async () => {
    rowgate = await startRowgate([echoRow({ workflow_slug: slug })], { REGISTRY_POLL_MS: '60000' });
    await untilListening(rowgate);
  });
  afterEach(() => rowgate.close());
  const query = (text: string) => rowgate.database.query(text, [slug]);

  test('leaves its old path where it is moved, retired or deleted', async () => {
    expect(await ask(rowgate, echo)).toEqual([200, 'echo']);
    await query(`update ${table} set api_endpoint_url = '${echo}-2' where workflow_slug = $1`);
    await untilResponds(rowgate, `${echo}-2`, 200);
    expect(await ask(rowgate, echo)).toEqual([404, undefined]);

    await query(`update ${table} set is_active = false where workflow_slug = $1`);
    await untilResponds(rowgate, `${echo}-2`, 404);
    await query(`update ${table} set is_active = true where workflow_slug = $1`);
    await untilResponds(rowgate, `${echo}-2`, 200);

    await query(`delete from ${table} where workflow_slug = $1`);
    await untilResponds(rowgate, `${echo}-2`, 404);
    expect(rowgate.app.current()?.counts.rows).toBe(0);
  });

  test('is found under its plain slug by explain_workflow and the API', async () => {
    const explain = async (asked: string) =>
      (await rowgate.database.query('select status from reference.explain_workflow($1)', [asked]))[0];
    await until('it is validated', async () => (await explain('echo'))?.['status'] === 'mounted');
    expect(await explain(slug)).toEqual({ status: 'mounted' });
    for (const asked of ['echo', slug]) {
      const url = `${rowgate.url}/api/enrichment/workflows/${encodeURIComponent(asked)}`;
      expect(jsonOf(await send(url, { method: 'GET' }))).toMatchObject({ workflow_slug: 'echo' });
    }
  });
});

test('two rows whose slugs differ at their ends only are one slug, and each is told apart', async () => {
  const rowgate = await startRowgate([echoRow()], { REGISTRY_POLL_MS: '60000' });
  try {
    await untilListening(rowgate);
    await insertRows(rowgate.database, [echoRow({ workflow_slug: 'echo ', api_endpoint_url: `${echo}-2` })]);
    const statuses = () =>
      rowgate.database.query(`select workflow_slug, status, code from reference.explain_workflow('echo')`);
    await until('both are validated', async () =>
      (await statuses()).every(({ status }) => status !== 'not yet seen'),
    );
    expect(await statuses()).toEqual([
      { workflow_slug: 'echo', status: 'mounted', code: null },
      { workflow_slug: 'echo ', status: 'rejected', code: 'slug_duplicate' },
    ]);
    expect([await ask(rowgate, echo), await ask(rowgate, `${echo}-2`)]).toEqual([
      [200, 'echo'],
      [404, undefined],
    ]);
    await rowgate.database.query(`delete from ${table} where workflow_slug = 'echo'`);
    await untilResponds(rowgate, `${echo}-2`, 200);
    expect(rowgate.app.current()?.counts.rows).toBe(1);
  } finally {
    await rowgate.close();
  }
});
