import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { BUILT_PAGE } from '../../src/http/page/route.js';

/** The distribution's browser: playwright-core brings none. */
const CHROMIUM = '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Why no browser test can run here; undefined where they can. */
function missingForBrowser(): string | undefined {
  if (!existsSync(CHROMIUM)) return `${CHROMIUM} is missing (apt-get install chromium)`;
  if (!existsSync(new URL('index.html', BUILT_PAGE))) return 'dist/ui is missing (npm run build)';
  return undefined;
}

/** Chromium without a window, for all tests of a file; where there can be none, they skip and say why. */
export function shareChromium(): { readonly browser: Browser } {
  const missing = missingForBrowser();
  let shared: Browser | undefined;
  beforeAll(async () => {
    if (missing === undefined) shared = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(() => shared?.close());
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });
  return {
    get browser() {
      if (shared === undefined) throw new Error('the shared browser is there once tests run');
      return shared;
    },
  };
}

/** How a page is looked at. */
export interface View {
  readonly scheme: 'light' | 'dark';
  /** Of the window, in CSS pixels. */
  readonly width: number;
}

/** Every view that a page must hold in: both schemes, a telephone and a desk. */
export const VIEWS: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [400, 1280].map((width) => ({ scheme, width })),
);

/** A tab, and what it did that it must not do. */
export interface Tab {
  readonly page: Page;
  /** Errors in the console, uncaught ones, refused loads. */
  readonly errors: readonly string[];
  /** Requests to hosts other than the service's. */
  readonly foreign: readonly string[];
}

/**
 * A tab of its own (storage, cache) for the pages of one service; closed with the test.
 *
 * @param origin - Of the service: requests elsewhere are collected, and not let out.
 */
export async function openTab(browser: Browser, origin: string, view: View): Promise<Tab> {
  const context = await browser.newContext({
    colorScheme: view.scheme,
    viewport: { width: view.width, height: 900 },
    reducedMotion: 'reduce',
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.route(
    (url) => url.protocol.startsWith('http') && url.origin !== origin,
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  return { page, errors, foreign };
}

/** What axe-core finds that is serious or critical, one line each: the rule, and where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Not by an element: the Content-Security-Policy of the page would refuse it.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
      );
  });
}
