import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { launchBrowser, noBrowser, skippedWhy, visit } from './browser.ts';

const rows = Array.from({ length: 1_000 }, (_, n) =>
  echoRow({
    workflow_slug: `many-${n}`,
    modal_function_name: null,
    modal_endpoint_url: `https://demodata--app-many-${n}.modal.run`,
    api_endpoint_url: `/run/companies/demo/many-${n}/lookup`,
    response_schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
  }),
);

describe.skipIf(noBrowser)(`the docs page of many workflows${skippedWhy}`, () => {
  let rowgate: TestRowgate;
  let browser: Browser;
  beforeAll(async () => {
    rowgate = await startRowgate(rows);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await rowgate.close();
  });

  test('shows some of them and says so, and finds any other by its path', async () => {
    const { page, faults } = await visit(browser, `${rowgate.url}/docs#/run`);
    await page.getByText(/Shown: 200 of 10\d\d operations/).waitFor();
    expect(await page.locator('[data-path="/run/companies/demo/many-987/lookup"]').count()).toBe(0);
    await page.locator('.operation-filter-input').fill('many-987');
    await page.locator('[data-path="/run/companies/demo/many-987/lookup"]').waitFor();
    expect(faults).toEqual([]);
  });

  test('opens the one that the address leads to, wherever it stands, and calls it', async () => {
    const { page } = await visit(browser, `${rowgate.url}/docs#/run/many-987`);
    const open = page.locator('.opblock.is-open');
    await open.locator('button.execute').click();
    const status = open.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    expect(await status.innerText()).toContain('200');
  });
});
