import { existsSync } from 'node:fs';
import { chromium, type Page, type Request } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whether this machine cannot run tests in a browser, and what the name of a skipped suite says about it. */
export const noBrowser = !existsSync(executablePath);
export const skippedWhy = noBrowser ? ` (skipped: there is no ${executablePath})` : '';

/** What a page is shown in; a desktop's window and the light theme unless said otherwise. */
export type Screen = Readonly<{
  viewport?: Readonly<{ width: number; height: number }>;
  colorScheme?: 'light' | 'dark';
}>;

export type Visit = Readonly<{
  page: Page;
  /**
   * Console errors, CSP violations among them, uncaught exceptions, and requests that left for another origin (what
   * the CSP forbids never leaves).
   */
  faults: readonly string[];
}>;

export type Tab = Readonly<{
  /** Opens a page with nothing kept from the one before, and takes down everything that goes wrong on it from then on. */
  visit: (url: string, screen?: Screen) => Promise<Visit>;
  close: () => Promise<void>;
}>;

/**
 * A browser with one tab, in which a test file visits all its pages: the first visit to Swagger UI takes 6 s of the processor, a
 * further one in the same tab 1.3 s, because its script is compiled and optimized already, and one in a new tab 4 s.
 */
export async function openTab(): Promise<Tab> {
  const browser = await chromium.launch({ executablePath, args });
  const page = await (await browser.newContext()).newPage();
  // Only ends what would wait forever: on a busy machine a page takes longer than Playwright's 30 s.
  page.setDefaultTimeout(120_000);
  return {
    visit: async (url, { viewport = { width: 1280, height: 720 }, colorScheme = 'light' } = {}) => {
      await leave(page);
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const faults = recordFaults(page, new URL(url).origin);
      await page.goto(url);
      return { page, faults };
    },
    close: () => browser.close(),
  };
}

/** Leaves nothing behind of a page. Without a page between two, one that differs in its fragment only is not loaded. */
async function leave(page: Page): Promise<void> {
  if (page.url().startsWith('http')) await page.evaluate('sessionStorage.clear(), localStorage.clear()');
  await page.context().clearCookies();
  await page.goto('about:blank');
  page.removeAllListeners();
}

function recordFaults(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  const judge = (request: Request): void => {
    const isLocal = request.url().startsWith(`${origin}/`) || request.url().startsWith('data:');
    if (!isLocal && request.failure()?.errorText !== 'csp') faults.push(`request to ${request.url()}`);
  };
  page.on('requestfinished', judge);
  page.on('requestfailed', judge);
  return faults;
}
