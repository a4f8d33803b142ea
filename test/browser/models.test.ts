import { describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { postJson, startServer } from '../support/server-process.js';
import { openTab, seriousFindings, shareChromium, VIEWS } from './browser.js';
import { DESK, MODEL, overflowOf, startWithVersions, waitForPlot } from './service-page.js';

const shared = shareChromium();

describe('the reward models', () => {
  test('from nothing, one click fits the sample data and shows their curve', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const { page, errors, foreign } = await openTab(shared.browser, url, DESK);
    await page.goto(`${url}/`);
    await page.getByText('Nothing is fitted yet.').waitFor();
    await page.getByRole('button', { name: 'Fit the sample data' }).click();
    await page.getByRole('heading', { level: 1, name: 'demo/sample' }).waitFor();
    await waitForPlot(page);
    expect(await page.getByText('simulated').count()).toBe(1);
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
  });

  test('a fit is listed with its version, correlation, warnings, audit and last minutes', async () => {
    const { url } = await startWithVersions(1);
    await postJson(`${url}/v1/calibrate`, { reward_model: MODEL, columns: biasedColumns(150) });
    const { page, errors } = await openTab(shared.browser, url, DESK);
    await page.goto(`${url}/`);
    const card = page.getByRole('article', { name: MODEL });
    await card.getByText('Samples a second').waitFor();
    const text = await card.innerText();
    for (const part of ['version 1', '300 samples', 'not audited', 'Rank correlation', 'Warnings'])
      expect(text).toContain(part);
    await card.getByRole('link', { name: MODEL }).click();
    await waitForPlot(page);
    expect(errors).toEqual([]);
  });

  test('what came by without a curve can be fitted, or forgotten after a question', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    for (const reward_model of ['org/seen', 'org/other'])
      await postJson(`${url}/v1/calibrate`, {
        reward_model,
        observe: true,
        on_missing_curve: 'passthrough',
        columns: biasedColumns(120),
      });
    const { page } = await openTab(shared.browser, url, DESK);
    await page.goto(`${url}/`);
    const rowOf = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    await rowOf('org/other').getByRole('button', { name: 'Forget' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
    await rowOf('org/other').waitFor({ state: 'detached' });
    await rowOf('org/seen').getByRole('button', { name: 'Fit a curve to them' }).click();
    await page.getByRole('article', { name: 'org/seen' }).waitFor();
  });

  test('are usable by anyone in every view', async () => {
    const { url } = await startWithVersions(2);
    for (const view of VIEWS) {
      const { page, errors } = await openTab(shared.browser, url, view);
      await page.goto(`${url}/`);
      await page.getByRole('article', { name: MODEL }).waitFor();
      const seen = { findings: await seriousFindings(page), overflow: await overflowOf(page), errors };
      expect(seen, JSON.stringify(view)).toEqual({ findings: [], overflow: 0, errors: [] });
    }
  });
});
