import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startServer } from '../support/server-process.js';
import { openTab, seriousFindings, shareChromium, VIEWS } from './browser.js';

const shared = shareChromium();

describe('in Chromium', () => {
  test.each([
    ['/', 'main h1'],
    ['/docs', '.opblock'],
  ])('%s loads without an error, from this host alone, and can be used by anyone', async (path, drawn) => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    for (const view of VIEWS) {
      const { page, errors, foreign } = await openTab(shared.browser, url, view);
      await page.goto(url + path);
      await page.locator(drawn).first().waitFor();
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      const findings = await seriousFindings(page);
      const seen = { findings, errors, foreign, overflow: scrollWidth - clientWidth };
      expect(seen, JSON.stringify(view)).toEqual({ findings: [], errors: [], foreign: [], overflow: 0 });
    }
  });

  test('the page loads within 350 kB of compressed scripts, its first view with less than a fifth', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const { page } = await openTab(shared.browser, url, { scheme: 'light', width: 1280 });
    const sizes = new Map<string, number>();
    page.on('response', async (response) => {
      if (/\/assets\/.*\.js$/.test(response.url()))
        sizes.set(response.url(), Number(response.headers()['content-length']));
    });
    await page.goto(url);
    await page.getByRole('button', { name: 'Fit the sample data' }).waitFor();
    const total = () => [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total()).toBeGreaterThan(10_000);
    expect(total()).toBeLessThan(70_000);
    await page.getByRole('button', { name: 'Fit the sample data' }).click();
    await page.locator('.chart svg').waitFor();
    expect(total()).toBeLessThan(350_000);
  });

  test('every form of a file of the page holds the same', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const assets = readdirSync(new URL('../../dist/ui/assets/', import.meta.url));
    for (const name of assets.filter((asset) => /\.(?:js|css)$/.test(asset))) {
      const read = async (encoding: string) => {
        const answer = await fetch(`${url}/assets/${name}`, { headers: { 'accept-encoding': encoding } });
        return [answer.headers.get('content-encoding'), await answer.text()] as const;
      };
      const [, plain] = await read('identity');
      expect(await read('br'), name).toEqual(['br', plain]);
      expect(await read('gzip'), name).toEqual(['gzip', plain]);
    }
  });

  test('/docs has no name and no logo but its own', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const { page } = await openTab(shared.browser, url, { scheme: 'light', width: 1280 });
    await page.goto(`${url}/docs`);
    await page.locator('.opblock').first().waitFor();
    expect(await page.title()).toBe('Reward calibration · API');
    expect(await page.locator('body').innerText()).not.toMatch(/swagger|smartbear/i);
    expect(await page.locator('.topbar, img').count()).toBe(0);
    await page.locator('.site-header a').click();
    await page.locator('main h1').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
