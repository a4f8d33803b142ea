import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startServer } from '../support/server-process.js';
import { openTab, seriousFindings, shareChromium, type Tab, VIEWS } from './browser.js';
import { SECRET, scoredRows, toCsv, toJsonLines } from './scored-files.js';

const shared = shareChromium();

const WIDE = { scheme: 'light', width: 1280 } as const;

async function open(view = WIDE as (typeof VIEWS)[number]): Promise<Tab & { readonly url: string }> {
  const { url } = await startServer({ STORE_URL: 'memory:' });
  const tab = await openTab(shared.browser, url, view);
  await tab.page.goto(`${url}/#/fit?name=org/model`);
  return { ...tab, url };
}

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer });
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

function startFit(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Fit a curve' }).click();
}

function result(page: Page): Promise<string> {
  return page.locator('.fit-result').innerText();
}

async function countCurves(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/curves`);
  const { curves } = (await answer.json()) as { curves: unknown[] };
  return curves.length;
}

describe('a file of 100,000 JSON lines', () => {
  test('goes up as it is, with progress; a cancelled upload leaves no curve', async () => {
    const { page, url, errors } = await open();
    await choose(page, 'scores.jsonl', toJsonLines(scoredRows(100_000)));
    const network = await page.context().newCDPSession(page);
    const throttle = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await throttle(2_000_000);
    await startFit(page);
    await expect
      .poll(() => page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value))
      .toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator('progress').count()).toBe(0);
    expect(await countCurves(url)).toBe(0);
    await throttle(-1);
    await startFit(page);
    expect(await result(page)).toContain('Version 1 of org/model is fitted');
    expect(await result(page)).toContain('100,000 samples');
    expect(errors).toEqual([]);
  });

  test('that is wrong in a late line is refused by its line, and can be read here without it', async () => {
    const { page } = await open();
    const rows = scoredRows(30_000).map((row, i) => (i === 20_000 ? { ...row, reward: null } : row));
    await choose(page, 'scores.jsonl', toJsonLines(rows));
    await startFit(page);
    expect(await page.locator('.problem').innerText()).toContain('line 20001, reward');
    await page.getByRole('button', { name: /^Read the file in this tab, to/ }).click();
    await startFit(page);
    expect(await page.locator('.problem').innerText()).toContain('Line 20001: reward is null, not a number');
    await page.getByLabel('Leave out 1 line of 30,000').check();
    await page.getByRole('button', { name: 'Fit the others' }).click();
    expect(await result(page)).toContain('29,999 samples');
  });
});

describe('a CSV file', () => {
  test('of 100,000 rows is measured in the tab: its columns are guessed, and only numbers are sent', async () => {
    const { page, errors } = await open();
    const rows = scoredRows(100_000);
    await choose(page, 'scores.csv', toCsv(rows));
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await startFit(page);
    await page.getByText('Reading the file').first().waitFor();
    const body = (await sent).postData() ?? '';
    expect(await result(page)).toContain('100,000 samples');
    expect(body).not.toContain(SECRET);
    expect(body).not.toContain('Question');
    const { columns } = JSON.parse(body);
    expect(columns.rewards).toEqual(rows.map(({ reward }) => reward));
    expect(columns.chars).toEqual(rows.map(({ response }) => [...response].length));
    expect(columns.groups).toEqual(rows.map((_, i) => Math.floor(i / 8)));
    expect(errors).toEqual([]);
  });

  test('with lines that have no number names them, and sends nothing until they are left out', async () => {
    const { page } = await open();
    const good = Array.from({ length: 40 }, (_, i) => `${i % 7}.5,${10 + i}`);
    const lines = ['score,tokens', ...good, 'nan,1', '"1,5",2', ',3', '2,', '3,4,5'];
    await choose(page, 'scores.csv', Buffer.from(lines.join('\n')));
    let sent = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') sent++;
    });
    await startFit(page);
    const problem = page.locator('.problem');
    expect((await problem.locator('li').allInnerTexts()).join('\n')).toBe(
      [
        'Line 42: score is "nan", not a number',
        'Line 43: score is "1,5", with a comma: numbers need a decimal point (1.5)',
        'Line 44: score is empty',
        'Line 45: tokens is empty',
        'Line 46: the row has 3 cells, and the first one 2 cells',
      ].join('\n'),
    );
    expect(sent).toBe(0);
    const others = page.getByRole('button', { name: 'Fit the others' });
    expect(await others.isDisabled()).toBe(true);
    await page.getByLabel('Leave out 5 lines of 45').check();
    await others.click();
    expect(await result(page)).toContain('40 samples');
  });
});

test('JSON that the service does not take as it is says why, and is read', async () => {
  const { page } = await open();
  const rows = scoredRows(200).map(({ prompt, response, reward }) => ({
    score: reward,
    completion: response,
    prompt: [{ role: 'user', content: prompt }],
  }));
  await choose(page, 'scores.json', Buffer.from(JSON.stringify(rows, null, 2)));
  expect(await page.locator('.notice').innerText()).toContain('it is one JSON array');
  await startFit(page);
  expect(await result(page)).toContain('200 samples');
});

test('the file of another service is refused in words', async () => {
  const { page } = await open();
  const workbook = Buffer.from([0x50, 0x4b, 3, 4, 0, 0]);
  await page.setInputFiles('input[type=file]', { name: 'a.xlsx', mimeType: '', buffer: workbook });
  expect(await page.locator('.problem').innerText()).toContain('Excel');
});

test('a file that cannot be read takes the place of the one before: nothing is left to fit', async () => {
  const { page, errors } = await open();
  await choose(page, 'scores.csv', toCsv(scoredRows(40)));
  for (const [name, content, problem] of [
    ['empty.csv', '', 'The file is empty'],
    ['open.csv', 'score,response\n1,a\n2,"b\n3,c\n', 'Line 3: a quote (") opens here and is not closed'],
  ] as const) {
    await page.setInputFiles('input[type=file]', {
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(content),
    });
    await page.locator('.problem', { hasText: problem }).waitFor();
    expect(await page.locator('main form').count()).toBe(0);
  }
  await choose(page, 'scores.csv', toCsv(scoredRows(40)));
  expect(await page.locator('.problem').count()).toBe(0);
  expect(errors).toEqual([]);
});

test('a fitted file is offered again for its own reward model only', async () => {
  const { page, url } = await open();
  await choose(page, 'scores.csv', toCsv(scoredRows(40)));
  await startFit(page);
  await page.locator('.fit-result').waitFor();
  const views = [
    ['other', 0],
    ['model', 1],
    ['third', 0],
  ] as const;
  for (const [name, count] of views) {
    await page.goto(`${url}/#/fit?name=org/${name}`);
    await expect.poll(() => page.getByLabel('Reward model').count()).toBe(count);
  }
});

test('everything from the file to the result can be used by anyone, in every view', async () => {
  for (const view of VIEWS) {
    const { page, errors, foreign } = await open(view);
    await choose(page, 'scores.csv', toCsv(scoredRows(400)));
    await page.getByText('How to fit').click();
    const findings = await seriousFindings(page);
    await startFit(page);
    await page.locator('.fit-result').waitFor();
    findings.push(...(await seriousFindings(page)));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    const seen = { findings, errors, foreign, overflow };
    expect(seen, JSON.stringify(view)).toEqual({ findings: [], errors: [], foreign: [], overflow: 0 });
  }
});
