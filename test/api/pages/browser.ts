import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from 'playwright-core';

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

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

export type Visit = Readonly<{
  page: Page;
  /**
   * Console errors, CSP violations among them, uncaught exceptions, and requests that left for another origin (what
   * the CSP forbids never leaves).
   */
  faults: readonly string[];
}>;

/** Opens a page in a fresh profile and takes down everything that goes wrong on it from then on. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext(options);
  // Only ends what would wait forever: on a busy machine a page takes longer than Playwright's 30 s.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const { origin } = new URL(url);
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
  await page.goto(url);
  return { page, faults };
}
