import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { noBrowser, openTab, skippedWhy, type Tab } from './browser.ts';

const rows = Array.from({ length: 1_000 }, (_, n) =>
  echoRow({
    workflow_slug: `many-${n}`,
    modal_function_name: null,
    modal_endpoint_url: `https://demodata--app-many-${n}.modal.run`,
    api_endpoint_url: `/run/companies/demo/many-${n}/lookup`,
    request_schema: {
      type: 'object',
      properties: { first: { $ref: '#/$defs/Model' } },
      $defs: { Model: { type: 'object', properties: { [`field_${n}`]: { type: 'string' } } } },
    },
    response_schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
  }),
);

describe.skipIf(noBrowser)(`the docs page of many workflows${skippedWhy}`, () => {
  let rowgate: TestRowgate;
  let tab: Tab;
  beforeAll(async () => {
    rowgate = await startRowgate(rows);
    tab = await openTab();
  });
  afterAll(async () => {
    await tab.close();
    await rowgate.close();
  });

  test('shows some of them and says so, and finds any other by its path', async () => {
    const { page, faults } = await tab.visit(`${rowgate.url}/docs#/run`);
    await page.getByText(/Shown: 200 of 10\d\d operations/).waitFor();
    expect(await page.locator('[data-path="/run/companies/demo/many-987/lookup"]').count()).toBe(0);
    await page.locator('.operation-filter-input').fill('many-987');
    await page.locator('[data-path="/run/companies/demo/many-987/lookup"]').waitFor();
    expect(faults).toEqual([]);
  });

  test('opens the one that the address leads to, wherever it stands, and calls it', async () => {
    const { page } = await tab.visit(`${rowgate.url}/docs#/run/many-987`);
    const open = page.locator('.opblock.is-open');
    await open.locator('button.execute').click();
    const status = open.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    expect(await status.innerText()).toContain('200');
    const path = ['paths', '/run/companies/demo/many-987/lookup', 'post'];
    const resolved = await page.evaluate<string>(
      `JSON.stringify(ui.specSelectors.specResolvedSubtree(${JSON.stringify(path)}))`,
    );
    expect(resolved).toContain('"field_987"');
    expect(resolved).not.toContain('"$ref"');
    // Swagger UI normalizes all that it is given, each time.
    const given = await page.evaluate<{ paths: object; components: { schemas: object } }>(`(async () => {
      const { resolvesParts } = await import('/docs/assets/resolve-parts.js');
      const { fn } = resolvesParts({ fn: { resolveSubtree: (document) => document } });
      return fn.resolveSubtree(ui.specSelectors.specJson().toJS(), ${JSON.stringify(path)});
    })()`);
    expect(Object.keys(given.paths)).toEqual([path[1]]);
    expect(JSON.stringify(given.components.schemas)).not.toContain('"field_986"');
  });
});
