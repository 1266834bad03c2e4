import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, echoRow, someDemoRows } from '../../helpers/rows.ts';
import { noBrowser, openTab, skippedWhy, type Tab } from './browser.ts';
import { get } from '../get.ts';

const path = '/run/companies/gemini/industry/infer';
/** Swagger UI takes seconds for the demo registry, and on a busy machine many. */
const slowly = { timeout: 180_000 };
const phone = { width: 390, height: 844 };

/** The contrast of a badge's text and its ground, as WCAG 2.2 counts it (relative luminance, contrast ratio). */
const contrastOf = (selector: string): string => `(() => {
  const { color, backgroundColor } = getComputedStyle(document.querySelector('${selector}'));
  const [a, b] = [color, backgroundColor].map((text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  });
  return Math.max(a, b) / Math.min(a, b);
})()`;

test('the docs page has a strict Content-Security-Policy: scripts of its own files only, nothing from elsewhere', async () => {
  const rowgate = await startRowgate([]);
  try {
    const { headers, body } = await get(`${rowgate.url}/docs`);
    const directives = new Map(
      (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(' ');
        return [name, sources] as const;
      }),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
      expect(directives.get(name), name).toEqual(["'none'"]);
    }
    const allowed = new Set(["'self'", "'none'", 'data:', "'unsafe-inline'"]);
    expect([...directives.values()].flat().filter((source) => !allowed.has(source))).toEqual([]);
    const inline = [...directives].filter(([, sources]) => sources.includes("'unsafe-inline'"));
    expect(inline.map(([name]) => name)).toEqual(['style-src']);
    expect(String(body)).not.toMatch(/<script(?![^>]* src=)|(?:src|href)="(?!\/[^/])/);
  } finally {
    await rowgate.close();
  }
});

describe.skipIf(noBrowser)(`in a browser${skippedWhy}`, slowly, () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await openTab();
  });
  afterAll(() => tab.close());

  describe('the docs page', () => {
    let rowgate: TestRowgate;
    beforeAll(async () => {
      rowgate = await startRowgate(await someDemoRows());
    });
    afterAll(() => rowgate.close());

    test('opens the 80 workflows at /docs#/run, with nothing from elsewhere and nothing in the console', async () => {
      const demo = await startRowgate(await demoRows());
      try {
        const { page, faults } = await tab.visit(`${demo.url}/docs#/run`);
        await page.locator('.opblock').first().waitFor();
        expect(await page.locator('.opblock').count()).toBe(80);
        expect(await page.evaluate('scrollY'), 'the filter is in view').toBe(0);
        expect(faults).toEqual([]);
      } finally {
        await demo.close();
      }
    });

    test('shows the tags closed at /docs, with no operation in two of them', async () => {
      const { page, faults } = await tab.visit(`${rowgate.url}/docs`);
      await page.locator('.opblock-tag').first().waitFor();
      const tags = await page
        .locator('.opblock-tag')
        .evaluateAll((all) => all.map((tag) => tag.dataset['tag']));
      expect(tags).toEqual(expect.arrayContaining(['run', 'registry']));
      expect(tags).not.toContain('companies');
      expect(await page.locator('.opblock').count()).toBe(0);
      for (const tag of await page.locator('.opblock-tag').all()) await tag.click();
      const operations = page.locator('.opblock');
      const mounted = rowgate.app.current()?.counts.mounted ?? Number.NaN;
      await expect.poll(() => operations.count()).toBeGreaterThan(mounted);
      const ids = await operations.evaluateAll((all) =>
        all.map((one) => one.id.split('-').slice(2).join('-')),
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect(faults).toEqual([]);
    });

    test('filters by path, slug and description, says so where nothing matches, and opens nothing of too much', async () => {
      const { page, faults } = await tab.visit(`${rowgate.url}/docs`);
      const filter = page.locator('.operation-filter-input');
      const operations = page.locator('.opblock');
      expect(await filter.getAttribute('placeholder')).toBe('Filter by path, slug, tag or description');
      for (const phrase of ['gemini/industry', 'infer-company-industry', 'industry infer gemini company']) {
        await filter.fill(phrase);
        await page.locator(`.opblock-summary-path[data-path="${path}"]`).waitFor();
        expect(await operations.count(), phrase).toBeLessThan(10);
        expect(new URL(page.url()).hash).toBe('');
        await filter.fill('r');
        await expect.poll(() => operations.count(), { message: 'too much is not opened' }).toBe(0);
      }
      await filter.fill('no such workflow');
      await page.getByText('Nothing matches “no such workflow”.').waitFor();
      expect(await page.getByText('No operations defined').count()).toBe(0);
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await page.locator('.opblock-tag').first().waitFor();
      expect(await filter.inputValue()).toBe('');
      expect(faults).toEqual([]);
    });

    test('opens one workflow at its deep link, calls it with its example and shows 200', async () => {
      const { page, faults } = await tab.visit(`${rowgate.url}/docs#/run/infer-company-industry`);
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

  describe('the pages', () => {
    let rowgate: TestRowgate;
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
        echoRow({
          workflow_slug: 'old',
          api_endpoint_url: '/run/companies/demo/old/lookup',
          deprecated_at: '2026-11-01',
        }),
      ]);
    });
    afterAll(() => rowgate.close());

    test('run no script that a description brings, and follow none of its links to a script', async () => {
      const { page, faults } = await tab.visit(`${rowgate.url}/docs#/run/hostile`, { viewport: phone });
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
      const { page, faults } = await tab.visit(`${rowgate.url}/docs#/run/bare`, { viewport: phone });
      const open = page.locator('.opblock.is-open');
      await open.locator('button.execute').click();
      const live = open.locator('.live-responses-table tbody .response-col_status');
      await live.first().waitFor();
      expect(await live.first().innerText()).toContain('200');
      const isFree = `(() => {
      const response = document.querySelector('.live-responses-table .highlight-code');
      const text = document.createRange();
      text.selectNodeContents(response.querySelector('code'));
      return text.getBoundingClientRect().bottom <= response.querySelector('.download-contents').getBoundingClientRect().top;
    })()`;
      expect(await page.evaluate(isFree), 'the buttons cover no line of the response').toBe(true);
      expect(faults).toEqual([]);
    });

    test('have methods that can be read in both themes, the crossed out one of a deprecated row, too, and fit a phone', async () => {
      const { page, faults } = await tab.visit(`${rowgate.url}/docs#/run`, { viewport: phone });
      await page.locator('.opblock-deprecated .opblock-summary-path__deprecated').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expect
          .poll(() => fit(page), { message: colorScheme })
          .toEqual({ isWide: false, isDark: colorScheme === 'dark' });
        for (const kind of ['.opblock-post:not(.opblock-deprecated)', '.opblock-deprecated']) {
          expect(await page.evaluate(contrastOf(`${kind} .opblock-summary-method`)), kind).toBeGreaterThan(
            4.5,
          );
        }
      }
      const box = await page.locator('.operation-filter-input').boundingBox();
      expect(box?.width).toBeGreaterThan(phone.width * 0.85);
      expect(await page.getByText('Servers').isVisible()).toBe(false);
      expect(await page.getByText('UNLICENSED').isVisible()).toBe(false);
      expect(faults).toEqual([]);
    });

    test.each([
      ['/', 'light'],
      ['/', 'dark'],
      ['/errors', 'light'],
      ['/errors', 'dark'],
    ] as const)('fit %s on a phone in the %s theme', async (where, colorScheme) => {
      const { page, faults } = await tab.visit(rowgate.url + where, { colorScheme, viewport: phone });
      await page.locator('h1').first().waitFor();
      expect(await fit(page)).toEqual({ isWide: false, isDark: colorScheme === 'dark' });
      expect(faults).toEqual([]);
    });
  });
});

/** Whether a page is wider than a phone, and whether its ground is dark. */
async function fit(page: Page): Promise<Readonly<{ isWide: boolean; isDark: boolean }>> {
  const [wide, isDark] = await page.evaluate<[number, boolean]>(`[
    document.documentElement.scrollWidth,
    [document.body, document.documentElement]
      .map((node) => getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number))
      .some(([r, g, b, opacity = 1]) => opacity > 0 && r + g + b < 150),
  ]`);
  return { isWide: wide > phone.width, isDark };
}
