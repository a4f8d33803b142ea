import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { CurveHistory } from '../../src/ui/api-types.js';
import { startServer } from '../support/server-process.js';
import { openTab, seriousFindings, shareChromium, type Tab, VIEWS } from './browser.js';
import { SECRET, scoredRows, toCsv, toJsonLines } from './scored-files.js';

const shared = shareChromium();

const WIDE = { scheme: 'light', width: 1280 } as const;

/** A tab whose file is fitted, where pairs can be sought. */
async function fitted(
  file: { readonly name: string; readonly buffer: Buffer },
  view = WIDE as (typeof VIEWS)[number],
): Promise<Tab & { readonly url: string }> {
  const { url } = await startServer({ STORE_URL: 'memory:' });
  const tab = await openTab(shared.browser, url, view);
  await tab.page.goto(`${url}/#/fit?name=org/model`);
  await tab.page.setInputFiles('input[type=file]', { ...file, mimeType: 'text/plain' });
  await tab.page.getByRole('button', { name: 'Fit a curve' }).click();
  await tab.page.getByRole('link', { name: 'Label twenty pairs of this file' }).click();
  await tab.page.getByRole('button', { name: 'Find pairs to label' }).click();
  await tab.page.locator('.pair').waitFor();
  return { ...tab, url };
}

function heading(page: Page): Promise<string> {
  return page.locator('.pair h2').innerText();
}

async function history(url: string): Promise<CurveHistory> {
  const answer = await fetch(`${url}/v1/curves?reward_model=org/model`);
  return (await answer.json()) as CurveHistory;
}

test('twenty pairs are labelled by keyboard alone, to a verdict that is attached and used', async () => {
  const { page, url, errors, foreign } = await fitted({ name: 'a.csv', buffer: toCsv(scoredRows(2_000)) });
  expect(await heading(page)).toBe('Pair 1 of 20');
  for (const key of ['1', '2', '0']) await page.keyboard.press(key);
  expect(await heading(page)).toBe('Pair 4 of 20');
  await page.keyboard.press('Backspace');
  expect(await heading(page)).toBe('Pair 3 of 20');
  expect(await page.getByRole('button', { name: 'Neither' }).getAttribute('aria-pressed')).toBe('true');
  await page.keyboard.press('1');
  for (let pair = 4; pair <= 20; pair++) await page.keyboard.press(String(1 + (pair % 2)));
  await page.locator('.verdict').waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
  expect(await page.locator('.verdict').innerText()).toMatch(/in \d+ of 20 disputed pairs/);
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  };
  await press('Attach to version 1');
  await page.getByText('Attached to version 1').waitFor();
  await press('Use α');
  await page.getByText('calibrates from now on').waitFor();
  const { versions } = await history(url);
  expect(versions[0]?.audit?.labels).toBe(20);
  const alpha = versions[0]?.audit?.alpha;
  expect(versions.at(-1)?.characteristics[0]?.alpha).toBe(alpha);
  expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
});

test('a labeller sees texts and neither rewards nor ids; neither address nor storage holds a text', async () => {
  const rows = scoredRows(800).map((row, i) => ({
    ...row,
    id: `secret-id-${i}`,
    reward: row.reward + 1_000,
  }));
  const { page } = await fitted({ name: 'a.jsonl', buffer: toJsonLines(rows) });
  const seen = await page.locator('.pair').innerText();
  expect(seen).toContain(SECRET);
  expect(seen).not.toMatch(/secret-id|\b100\d\./);
  expect(page.url()).not.toContain('Question');
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('lines of one prompt that stand apart are put together', async () => {
  const rows = scoredRows(800);
  const apart = rows.map((_, i) => rows[(i * 101) % rows.length] ?? {});
  const { page } = await fitted({ name: 'a.jsonl', buffer: toJsonLines(apart) });
  const found = await page.locator('.found').innerText();
  expect(found).toContain('of 2,800 pairs');
  expect(found).not.toContain('came back');
});

test('labels outlast another view, leaving the page asks, and a download holds no text', async () => {
  const { page } = await fitted({ name: 'a.csv', buffer: toCsv(scoredRows(800)) });
  for (const key of ['1', '2', '1']) await page.keyboard.press(key);
  await page.getByRole('link', { name: 'Reward models' }).click();
  await page.getByRole('heading', { name: 'Reward models' }).waitFor();
  await page.goBack();
  expect(await heading(page)).toBe('Pair 4 of 20');
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await page.getByRole('button', { name: 'Finish now, with 3 labels' }).click();
  expect(await page.locator('.verdict').innerText()).toContain('Only 3 labels count');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the labels' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await downloading).createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text).not.toContain(SECRET);
  const { key, labels, seed } = JSON.parse(text);
  expect({ key, labels: labels.map((label: { preferred: string }) => label.preferred), seed }).toEqual({
    key: expect.any(String),
    labels: ['left', 'right', 'left'],
    seed: 0,
  });
  await page.getByRole('button', { name: 'Go on with the 17 open pairs' }).click();
  expect(await heading(page)).toBe('Pair 4 of 20');
});

test('more pairs are drawn, and the labels stay', async () => {
  const { page } = await fitted({ name: 'a.csv', buffer: toCsv(scoredRows(2_000)) });
  for (let pair = 0; pair < 20; pair++) await page.keyboard.press(String(1 + (pair % 2)));
  await page.getByRole('button', { name: 'Label more pairs' }).click();
  await page.locator('.pair').waitFor();
  expect(await heading(page)).toBe('Pair 21 of 40');
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Finish now, with 21 labels' }).click();
  expect(await page.locator('.verdict').innerText()).toMatch(/in \d+ of 21 disputed pairs/);
});

test('labelling can be used by anyone, in every view', async () => {
  for (const view of VIEWS) {
    const { page, errors, foreign } = await fitted({ name: 'a.csv', buffer: toCsv(scoredRows(800)) }, view);
    const findings = await seriousFindings(page);
    const overflowing = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const overflow = [await overflowing()];
    for (let pair = 0; pair < 20; pair++) await page.keyboard.press('1');
    await page.locator('.verdict').waitFor();
    findings.push(...(await seriousFindings(page)));
    overflow.push(await overflowing());
    const seen = { findings, errors, foreign, overflow };
    expect(seen, JSON.stringify(view)).toEqual({ findings: [], errors: [], foreign: [], overflow: [0, 0] });
  }
});
