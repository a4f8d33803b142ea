import { describe, expect, test } from 'vitest';
import { postJson } from '../support/server-process.js';
import { startSidecar } from '../support/sidecar-app.js';
import { openTab, shareChromium } from './browser.js';
import { DESK, MODEL, openModel, startWithVersions, waitForPlot } from './service-page.js';

const shared = shareChromium();

describe('try it', () => {
  test('shows length, bias and calibrated reward as the service has them, and marks the point', async () => {
    const { url } = await startWithVersions(1);
    const { page, errors } = await openModel(shared.browser, url);
    const response = 'ä👍 '.repeat(100);
    await page.getByRole('button', { name: 'Calibrate' }).click();
    await page.getByText('has to be a number').waitFor();
    await page.getByLabel('Response').fill(response);
    await page.getByLabel('Raw reward').fill('1.25');
    await page.getByRole('button', { name: 'Calibrate' }).click();
    await page.getByText('Calibrated reward', { exact: true }).waitFor();
    const samples = [{ response, reward: 1.25 }];
    const { body } = await postJson(`${url}/v1/calibrate`, { reward_model: MODEL, samples });
    const shown = await page.locator('.tried').innerText();
    expect(shown).toContain('300 characters');
    expect(shown).toContain(String(Number(body.rewards[0].toPrecision(4))).replace('-', '−'));
    await page.locator('.chart svg', { hasText: 'this response' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('asks for the numbers that the service does not measure', async () => {
    const { url } = await startWithVersions(0);
    const tokens = Array.from({ length: 60 }, (_, i) => 10 + 7 * i);
    const rewards = tokens.map((count) => Math.log(count));
    await postJson(`${url}/v1/fit`, {
      reward_model: MODEL,
      characteristics: ['tokens'],
      columns: { rewards, tokens },
    });
    const { page, errors } = await openModel(shared.browser, url);
    await page.getByLabel('Its “tokens”').fill('5000');
    await page.getByLabel('Raw reward').fill('3');
    await page.getByRole('button', { name: 'Calibrate' }).click();
    await page.getByText('outside of the fitted range').waitFor();
    expect(await page.getByLabel('Response').count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe('with API_KEYS', () => {
  test('the page asks for the key, says that one is wrong, and forgets it when asked', async () => {
    const { url } = await startWithVersions(0, { API_KEYS: 'secret' });
    const { page } = await openTab(shared.browser, url, DESK);
    await page.goto(`${url}/`);
    const dialog = page.getByRole('dialog', { name: 'This service asks for an API key' });
    await dialog.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await dialog.getByText('does not know the key').waitFor();
    await dialog.getByLabel('API key').fill('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Fit the sample data' }).click();
    await waitForPlot(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as SVG' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('demo-sample-1.svg');
    await page.getByRole('button', { name: 'Forget the API key' }).click();
    await page.getByRole('link', { name: 'Reward models' }).click();
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Enter a key' }).waitFor();
    expect(
      await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length),
    ).toBe(0);
  });
});

describe('with a server behind the sidecar', () => {
  test('templated text is scored, and the page says how the response was found', async () => {
    const { url, importLine } = await startSidecar('openrlhf');
    await importLine();
    const { page, errors } = await openTab(shared.browser, url, DESK);
    await page.goto(`${url}/#/model?name=org/rm`);
    await page.getByLabel('A templated text').check();
    const text = `<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n${'Hello. '.repeat(9)}<|im_end|>`;
    await page.getByLabel('Text, as the trainer sends it').fill(text);
    await page.getByRole('button', { name: 'Score and calibrate' }).click();
    await page.getByText('Calibrated reward', { exact: true }).waitFor();
    const shown = await page.locator('.tried').innerText();
    expect(shown).toContain('63 characters');
    expect(shown).toContain('after a known mark of the assistant');
    await page.getByRole('link', { name: 'Reward models' }).click();
    await page.getByText('1 request answered').waitFor();
    expect(errors).toEqual([]);
  });
});
