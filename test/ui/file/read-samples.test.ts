import { expect, test } from 'vitest';
import { makeLines } from '../../../src/ui/file/make-lines.js';
import { openTable } from '../../../src/ui/file/open-table.js';
import { readSamples } from '../../../src/ui/file/read-samples.js';
import { columnsBody, DEFAULT_FORM } from '../../../src/ui/file/settings.js';
import { fileOf, READING } from './files.js';

const CSV = [
  'prompt,response,reward,n tokens',
  'p,"a 😀\nb",0.5,3',
  'q,c,n/a,1',
  'p,d,"1,5",2',
  'q,e,-1e-3,4',
  '',
].join('\n');

const open = (content: string, name = 'a.csv') => openTable(fileOf(content, name), READING.signal);

test('samples are the numbers of the lines that have them; the others are named', async () => {
  const columns = { reward: 2, prompt: 0, measured: { response: 1 } };
  const { issues, ...samples } = await readSamples(await open(CSV), columns, READING);
  expect(samples).toEqual({ rewards: ['0.5,-0.001'], lengths: ['5,1'], groups: ['0,1'], count: 2 });
  expect(issues.count).toBe(2);
  expect(issues.first).toEqual([
    { line: 4, message: 'reward is "n/a", not a number' },
    { line: 5, message: 'reward is "1,5", with a comma: numbers need a decimal point (1.5)' },
  ]);
});

test('the body of a fit has the samples as columns', async () => {
  const columns = { reward: 2, prompt: undefined, measured: { length: 3 } };
  const samples = await readSamples(await open(CSV), columns, READING);
  const form = { ...DEFAULT_FORM, rewardModel: ' a/b ', alpha: 'auto' };
  expect(JSON.parse(await columnsBody(form, 'tokens', samples).text())).toEqual({
    reward_model: 'a/b',
    estimator: 'lwr',
    frac: 0.5,
    iterations: 3,
    characteristics: [{ name: 'tokens', alpha: 'auto' }],
    columns: { rewards: [0.5, -0.001], tokens: [3, 4] },
  });
});

test('of many lines that cannot be used all are counted and ten are kept', async () => {
  const table = await open(`reward,response\n${'nan,a\n'.repeat(1_000)}1,b\n`);
  const columns = { reward: 0, prompt: undefined, measured: { response: 1 } };
  const { issues, count } = await readSamples(table, columns, READING);
  expect([count, issues.count, issues.first.length, issues.first[9]?.line]).toEqual([1, 1_000, 10, 11]);
});

test('half a character is named with its line', async () => {
  const table = await open('{"score":1,"text":"a"}\n{"score":2,"text":"\\ud83d"}\n', 'a.jsonl');
  const columns = { reward: 0, prompt: undefined, measured: { response: 1 } };
  const { issues } = await readSamples(table, columns, READING);
  expect(issues.first).toEqual([
    { line: 2, message: expect.stringContaining('text holds half a character') },
  ]);
});

test('lines for labelling stand together by prompt, each with its line of the file', async () => {
  const columns = { reward: 2, prompt: 0, response: 1, given: { column: 3, name: 'tokens' } };
  const table = await open(CSV.replace('n/a', '7').replace('"1,5"', '1.5'));
  const { body, count } = await makeLines(table, columns, READING);
  const lines = (await body.text()).trimEnd().split('\n');
  expect(count).toBe(4);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { id: 2, prompt: 'p', response: 'a 😀\nb', reward: 0.5, characteristics: { tokens: 3 } },
    { id: 5, prompt: 'p', response: 'd', reward: 1.5, characteristics: { tokens: 2 } },
    { id: 4, prompt: 'q', response: 'c', reward: 7, characteristics: { tokens: 1 } },
    { id: 6, prompt: 'q', response: 'e', reward: -0.001, characteristics: { tokens: 4 } },
  ]);
});

test('a number as text in JSON is named with its line, for a fit and for labelling', async () => {
  const rows = [0.5, '0.7', 0.9].map((score, i) => ({ score, text: 'a', prompt: 'p', n: i === 2 ? '3' : 3 }));
  const table = await open(rows.map((row) => JSON.stringify(row)).join('\n'), 'a.jsonl');
  const expected = [
    { line: 2, message: 'score is text, not a number' },
    { line: 3, message: 'n is text, not a number' },
  ];
  const fitted = await readSamples(table, { reward: 0, prompt: 2, measured: { length: 3 } }, READING);
  expect([fitted.count, fitted.issues.first]).toEqual([1, expected]);
  const columns = { reward: 0, response: 1, prompt: 2, given: { column: 3, name: 'n' } };
  const labelled = await makeLines(table, columns, READING);
  expect([labelled.count, labelled.issues.first]).toEqual([1, expected]);
});

test('very many lines of one prompt are put together', async () => {
  const count = 150_000;
  const table = await open(`prompt,response,reward\n${'p,a,1\n'.repeat(count)}`);
  const { body, ...lines } = await makeLines(table, { prompt: 0, response: 1, reward: 2 }, READING);
  expect(lines.count).toBe(count);
  expect((await body.text()).split('\n')).toHaveLength(count + 1);
});
