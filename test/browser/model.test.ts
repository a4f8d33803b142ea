import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { postJson } from '../support/server-process.js';
import { seriousFindings, shareChromium, VIEWS } from './browser.js';
import { MODEL, openModel, overflowOf, startWithVersions, waitForPlot } from './service-page.js';

const shared = shareChromium();

describe('one reward model', () => {
  test('has a plot, the same in words, and a link to the SVG of the service', async () => {
    const { url } = await startWithVersions(1);
    const { page, errors } = await openModel(shared.browser, url);
    const plot = page.getByRole('img', { name: 'Plot of the curve' });
    expect(await plot.getAttribute('aria-describedby')).toBe(
      await page.locator('figcaption').getAttribute('id'),
    );
    expect(await page.locator('figcaption').innerText()).toContain('The fitted mean reward by chars');
    const address = await page.getByRole('link', { name: 'This plot as SVG' }).getAttribute('href');
    const svg = await fetch(new URL(address ?? '', `${url}/`));
    expect([svg.status, svg.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('image/svg+xml'),
    ]);
    expect(errors).toEqual([]);
  });

  test('compares two versions, from the table and back', async () => {
    const { url } = await startWithVersions(2);
    const { page, errors } = await openModel(shared.browser, url);
    await page.getByRole('link', { name: 'Compare version 1 with the current one' }).click();
    await page.locator('figcaption', { hasText: 'Version 1' }).waitFor();
    expect(await page.locator('figcaption').innerText()).toContain('Version 2');
    expect(new URL(page.url()).hash).toContain('compare=1');
    await page.getByRole('link', { name: 'Stop comparing' }).click();
    await expect.poll(() => page.locator('figcaption').innerText()).not.toContain('Version 1');
    expect(errors).toEqual([]);
  });

  test('shows what was observed behind the curve, or nothing', async () => {
    const { url } = await startWithVersions(1);
    await postJson(`${url}/v1/calibrate`, { reward_model: MODEL, observe: true, columns: biasedColumns(77) });
    const { page, errors } = await openModel(shared.browser, url);
    const choice = page.getByLabel('Behind the curve');
    await choice.selectOption('observed');
    await page.locator('.chart svg', { hasText: 'density of 77 observed samples' }).waitFor();
    await choice.selectOption('none');
    await expect.poll(() => page.locator('.chart svg').textContent()).not.toContain('density');
    await choice.selectOption('fitted');
    await page.locator('.chart svg', { hasText: 'density of 300 fitted samples' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('rolls back after a question, and not where that is closed by Escape', async () => {
    const { url } = await startWithVersions(2);
    const { page, errors } = await openModel(shared.browser, url);
    const button = page.getByRole('button', { name: 'Roll back to version 1' });
    await button.click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByText('Version 2 is the current one').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Make version 1 current' }).click();
    await page.getByText('Version 1 is the current one').waitFor();
    await page.getByRole('button', { name: 'Make version 2 current' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('makes a version with another strength', async () => {
    const { url } = await startWithVersions(1);
    const { page, errors } = await openModel(shared.browser, url);
    await page.getByLabel('Strength α', { exact: true }).fill('');
    await page.getByText('α has to be a number').waitFor();
    await page.getByLabel('Strength α', { exact: true }).fill('0.5');
    await page.getByText('of the bias are taken off.').waitFor();
    await page.getByRole('button', { name: 'Make a version with this strength' }).click();
    await page.getByText('Version 2 is the current one').waitFor();
    await page.getByText('The strength was changed after the fit').waitFor();
    await page.getByLabel('Compare with').selectOption('1');
    await page.getByText('Both versions have the same curve').waitFor();
    expect(errors).toEqual([]);
  });

  test('shows what labels say, and makes a version with the strength that they advise', async () => {
    const { url } = await startWithVersions(1);
    const query = new URLSearchParams({ reward_model: MODEL, version: '1' });
    const counts = { fixed: 5, broken: 15, share_disputed: 0.13, pairs: 1_250 };
    const { body } = await postJson(`${url}/v1/verdict`, { reward_model: MODEL, version: 1, counts });
    const attached = await fetch(`${url}/v1/curves/audit?${query}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(attached.status).toBe(200);
    const { page, errors } = await openModel(shared.browser, url);
    await page.getByText('Labels say: do not calibrate (strong).').waitFor();
    await page.getByRole('button', { name: 'Make a version with the advised α = 0' }).click();
    await page.getByText('Version 2 is the current one').waitFor();
    await page.getByRole('link', { name: 'Label again' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('exports a version as the service has it, and imports it again', async () => {
    const { url } = await startWithVersions(2);
    const { page, errors } = await openModel(shared.browser, url);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export version 1' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('org-a-b-1.json');
    const file = await download.path();
    const query = new URLSearchParams({ reward_model: MODEL, version: '1' });
    const exported = await (await fetch(`${url}/v1/curves?${query}`)).json();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(exported);
    await page.getByLabel('Import a curve').setInputFiles({
      name: 'curve.json',
      mimeType: 'application/json',
      buffer: readFileSync(file),
    });
    await page.getByText('Version 3 was imported and is current now.').waitFor();
    await page.getByText('Version 3 is the current one').waitFor();
    expect(errors).toEqual([]);
  });

  test('deletes a version after a question, and the whole after another', async () => {
    const { url } = await startWithVersions(2);
    const { page, errors } = await openModel(shared.browser, url);
    await page.getByRole('button', { name: 'Delete version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete version 1' }).click();
    await page.getByRole('row', { name: /^1\b/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete this reward model' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete all versions' }).click();
    await page.getByText('Nothing is fitted yet.').waitFor();
    expect(errors).toEqual([]);
  });

  test('is usable by anyone in every view, also with two curves', async () => {
    const { url } = await startWithVersions(2);
    for (const view of VIEWS) {
      const { page, errors } = await openModel(shared.browser, url, view);
      await page.getByLabel('Compare with').selectOption('1');
      await page.locator('figcaption', { hasText: 'Version 1' }).waitFor();
      await waitForPlot(page);
      const seen = { findings: await seriousFindings(page), overflow: await overflowOf(page), errors };
      expect(seen, JSON.stringify(view)).toEqual({ findings: [], overflow: 0, errors: [] });
    }
  });
});
