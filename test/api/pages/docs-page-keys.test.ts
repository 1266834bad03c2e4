import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { someDemoRows, type TestRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { newKey } from '../../../src/auth/key-format.ts';
import { noBrowser, openTab, skippedWhy, type Tab } from './browser.ts';
import { get } from '../get.ts';

const link = '/docs#/run/infer-company-industry';
/** Swagger UI takes seconds for the demo registry, and on a busy machine many. */
const slowly = { timeout: 180_000 };
const phone = { width: 390, height: 844 };

describe.skipIf(noBrowser)(`the docs page where keys are asked for${skippedWhy}`, slowly, () => {
  let rows: readonly TestRow[];
  let rowgate: TestRowgate;
  let tab: Tab;
  let key: string;
  let narrowKey: string;
  let callerKey: string;
  beforeAll(async () => {
    rows = await someDemoRows();
    rowgate = await startRowgate(rows, { AUTH: 'required' });
    ({ key } = await makeKey(rowgate.database.url, 'read,run:companies/**'));
    ({ key: narrowKey } = await makeKey(rowgate.database.url, 'read,run:companies/gemini/industry/infer'));
    ({ key: callerKey } = await makeKey(rowgate.database.url, 'run:companies/**'));
    await until('the keys are known', async () => {
      return (await get(`${rowgate.url}/metrics`, { 'x-api-key': callerKey })).status === 403;
    });
    tab = await openTab();
  });
  afterAll(async () => {
    await tab.close();
    await rowgate.close();
  });

  const enter = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('API key').fill(text);
    await page.getByRole('button', { name: 'Open the docs' }).click();
  };

  test('asks for a key, opens what it may call, calls it with that key and shows 200', async () => {
    const { page, faults } = await tab.visit(rowgate.url + link);
    await enter(page, key);
    const open = page.locator('.opblock.is-open');
    await open.waitFor();
    const allowed = rows.filter(({ api_endpoint_url: path }) => String(path).includes('/run/companies/'));
    expect(allowed.length).toBeLessThan(rows.length);
    expect(await page.locator('.opblock').count()).toBe(allowed.length);
    await open.locator('button.execute').click();
    const status = open.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    expect(await status.innerText()).toContain('200');
    expect(faults).toEqual([]);
  });

  test("calls with the key of Swagger's own Authorize dialog", async () => {
    const { page } = await tab.visit(rowgate.url + link);
    await enter(page, narrowKey);
    const open = page.locator('.opblock.is-open');
    await open.waitFor();
    const execute = async (): Promise<string> => {
      const answered = page.waitForResponse((response) => response.url().includes('/run/'));
      await open.locator('button.execute').click();
      const response = await answered;
      return `${response.status()} ${(await response.request().allHeaders())['x-api-key'] ?? ''}`;
    };
    const dialog = page.locator('.dialog-ux');
    const scheme = dialog.locator('.auth-container', { hasText: 'X-API-Key' });
    await page.locator('.btn.authorize').click();
    await scheme.getByRole('button', { name: 'Remove authorization' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect(await execute()).toBe('401 ');
    await page.locator('.btn.authorize').click();
    await scheme.locator('input').fill(callerKey);
    await scheme.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect(await execute()).toBe(`200 ${callerKey}`);
  });

  test('keeps the key for the tab, and for no other, until another is asked for', async () => {
    const { page } = await tab.visit(rowgate.url + link);
    await enter(page, key);
    await page.locator('.opblock.is-open').waitFor();
    await page.reload();
    await page.locator('.opblock.is-open').waitFor();
    expect(await page.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0]);
    const other = await page.context().newPage();
    await other.goto(rowgate.url + link);
    await other.getByLabel('API key').waitFor();
    await page.getByRole('button', { name: 'Use another key' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  test('says what is wrong with a key, and takes the next', async () => {
    const { page } = await tab.visit(rowgate.url + link);
    for (const [wrong, words] of [
      ['rowgate_nonsense', 'was copied completely'],
      [newKey(), 'is unknown'],
      ['schlüssel', 'not an API key'],
      [callerKey, 'requires the scope read'],
    ] as const) {
      await enter(page, wrong);
      await expect.poll(() => page.getByRole('alert').innerText()).toContain(words);
    }
    await enter(page, key);
    await page.locator('.opblock.is-open').waitFor();
  });

  test('fits a phone in both themes, field and docs', async () => {
    const { page } = await tab.visit(rowgate.url + link, { viewport: phone });
    const width = async (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth');
    await page.getByLabel('API key').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await width()).toBe(phone.width);
    }
    await enter(page, key);
    await page.locator('.opblock.is-open').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await width()).toBe(phone.width);
    }
  });

  test('is where /redoc leads', async () => {
    const { page } = await tab.visit(`${rowgate.url}/redoc`);
    expect(new URL(page.url()).pathname).toBe('/docs');
  });
});
