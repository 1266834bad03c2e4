import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoRows, echoRow, startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { launchBrowser, noBrowser, skippedWhy, visit } from './browser.ts';

const path = '/run/companies/gemini/industry/infer';
const phone = { width: 390, height: 844 };

describe.skipIf(noBrowser)(`the docs page in a browser${skippedWhy}`, () => {
  let rowgate: TestRowgate;
  let browser: Browser;
  beforeAll(async () => {
    rowgate = await startRowgate(await demoRows());
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await rowgate.close();
  });

  test('opens the 80 workflows at /docs#/run, with nothing from elsewhere and nothing in the console', async () => {
    const { page, faults } = await visit(browser, `${rowgate.url}/docs#/run`);
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(80);
    expect(faults).toEqual([]);
  });

  test('shows the tags closed at /docs', async () => {
    const { page } = await visit(browser, `${rowgate.url}/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    expect(await page.locator('.opblock-tag').allTextContents()).toEqual(
      expect.arrayContaining(
        ['run', 'companies', 'people', 'registry'].map((name) => expect.stringMatching(name)),
      ),
    );
    expect(await page.locator('.opblock').count()).toBe(0);
  });

  test('finds a workflow by a part of its path', async () => {
    const { page } = await visit(browser, `${rowgate.url}/docs#/run`);
    await page.locator('.operation-filter-input').fill('gemini/industry');
    await expect.poll(() => page.locator('.opblock').count()).toBe(1);
    expect(await page.locator('.opblock-summary-path').getAttribute('data-path')).toBe(path);
  });

  test('opens one workflow at its deep link, calls it with its example and shows 200', async () => {
    const { page, faults } = await visit(browser, `${rowgate.url}/docs#/run/infer-company-industry`);
    const open = page.locator('.opblock.is-open');
    await open.waitFor();
    expect(await open.locator('.opblock-summary-path').getAttribute('data-path')).toBe(path);
    await open.locator('button.execute').click();
    const live = open.locator('.live-responses-table tbody .response-col_status');
    await live.first().waitFor();
    expect(await live.first().innerText()).toContain('200');
    expect(faults).toEqual([]);
    expect(rowgate.calls.at(-1)).toMatchObject({ host: expect.stringContaining('infer-company-industry') });
  });
});

describe.skipIf(noBrowser)(`the pages in a browser${skippedWhy}`, () => {
  let rowgate: TestRowgate;
  let browser: Browser;
  const markup = `<script>window.hacked = 1</script><img src="https://evil.example/x.png" onerror="window.hacked = 1">
[click me](javascript:window.hacked=1) <a href="javascript:window.hacked=1">or me</a> <svg onload="window.hacked=1">`;

  beforeAll(async () => {
    rowgate = await startRowgate([
      echoRow({
        workflow_slug: 'hostile',
        description: `A line.\n\n${markup}`,
        request_schema: { type: 'object', description: markup, properties: { a: { description: markup } } },
      }),
      echoRow({ workflow_slug: 'bare', api_endpoint_url: '/run/companies/demo/bare/lookup' }),
    ]);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await rowgate.close();
  });

  test('run no script that a description brings, and follow none of its links to a script', async () => {
    const { page, faults } = await visit(browser, `${rowgate.url}/docs#/run/hostile`, { viewport: phone });
    const open = page.locator('.opblock.is-open');
    await open.waitFor();
    await open.getByText('click me').first().waitFor();
    await open.getByText('Schema', { exact: true }).first().click();
    for (const link of await open.getByText(/click me|or me/).all()) {
      const href = await link.evaluate((node) => node.closest('a')?.getAttribute('href') ?? '');
      expect(href).not.toMatch(/javascript:/i);
    }
    expect(faults.filter((fault) => fault.startsWith('request to'))).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(await open.locator('script, [onerror], [onload]').count()).toBe(0);
  });

  test('call a workflow without contract or example as it stands there, and show 200', async () => {
    const { page, faults } = await visit(browser, `${rowgate.url}/docs#/run/bare`);
    const open = page.locator('.opblock.is-open');
    await open.locator('button.execute').click();
    const live = open.locator('.live-responses-table tbody .response-col_status');
    await live.first().waitFor();
    expect(await live.first().innerText()).toContain('200');
    expect(faults).toEqual([]);
  });

  test.each([
    ['/', 'light'],
    ['/', 'dark'],
    ['/errors', 'light'],
    ['/errors', 'dark'],
    ['/docs', 'light'],
    ['/docs', 'dark'],
  ] as const)('fit %s on a phone in the %s theme', async (where, colorScheme) => {
    const { page, faults } = await visit(browser, rowgate.url + where, { colorScheme, viewport: phone });
    await page
      .locator(where.startsWith('/docs') ? '.opblock-tag' : 'h1')
      .first()
      .waitFor();
    const [wide, dark] = await page.evaluate<[number, boolean]>(`[
      document.documentElement.scrollWidth,
      [document.body, document.documentElement]
        .map((node) => getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number))
        .some(([r, g, b, opacity = 1]) => opacity > 0 && r + g + b < 150),
    ]`);
    expect(wide).toBeLessThanOrEqual(phone.width);
    expect(dark).toBe(colorScheme === 'dark');
    expect(faults).toEqual([]);
  });
});
