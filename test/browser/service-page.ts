import type { Browser, Page } from 'playwright-core';
import { biasedColumns } from '../support/app.js';
import { postJson, startServer } from '../support/server-process.js';
import { openTab, type Tab, type View } from './browser.js';

/** How most tests look at the page. */
export const DESK: View = { scheme: 'light', width: 1280 };

/** A reward model whose name needs encoding. */
export const MODEL = 'org/a & b';

/** A service with so many versions of the curve of {@link MODEL}. */
export async function startWithVersions(count: number, environment: Record<string, string> = {}) {
  const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info', ...environment });
  for (let version = 1; version <= count; version++)
    await postJson(`${server.url}/v1/fit`, {
      reward_model: MODEL,
      columns: biasedColumns(200 + 100 * version),
    });
  return server;
}

/** The page of {@link MODEL}, drawn. */
export async function openModel(browser: Browser, url: string, view: View = DESK): Promise<Tab> {
  const tab = await openTab(browser, url, view);
  await tab.page.goto(`${url}/#/model?${new URLSearchParams({ name: MODEL })}`);
  await waitForPlot(tab.page);
  return tab;
}

/** Waits until the plot and its words are there. */
export async function waitForPlot(page: Page): Promise<void> {
  await page.locator('.chart svg').waitFor();
  await page.locator('figcaption', { hasText: 'version' }).waitFor();
}

/** How far the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
