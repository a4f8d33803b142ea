import { describe, expect, test } from 'vitest';
import { guessColumns } from '../../../src/ui/file/guess-columns.js';
import { openTable } from '../../../src/ui/file/open-table.js';
import { readRows } from '../../../src/ui/file/table.js';
import { all, fileOf, plain, READING } from './files.js';

const open = (content: string | Uint8Array<ArrayBuffer>, name?: string, correction = {}) =>
  openTable(fileOf(content, name), READING.signal, correction);

describe('a CSV file', () => {
  test('has its header, its separator and its first rows', async () => {
    const table = await open('\ufeffRM score;the response\r\n0.5;"a;b"\r\n\r\n0.7;c\r\n');
    expect(table.form).toEqual({ kind: 'csv', delimiter: ';', newline: '\n', hasHeader: true });
    expect(table.columns.map(({ label }) => label)).toEqual(['RM score', 'the response']);
    expect(plain(table.preview)).toEqual([
      [2, '0.5', 'a;b'],
      [4, '0.7', 'c'],
    ]);
    expect(plain(await all(readRows(table, READING)))).toEqual(plain(table.preview));
  });

  test('without a header has numbered columns; the reader may say otherwise', async () => {
    const content = '0.5,12\n0.7,15\n';
    const table = await open(content);
    expect(table.columns.map(({ label }) => label)).toEqual(['column 1', 'column 2']);
    expect(plain(table.preview)).toEqual([
      [1, '0.5', '12'],
      [2, '0.7', '15'],
    ]);
    const corrected = await open(content, 'a.csv', { hasHeader: true });
    expect(corrected.columns.map(({ label }) => label)).toEqual(['0.5', '12']);
    expect(plain(await all(readRows(corrected, READING)))).toEqual([[2, '0.7', '15']]);
  });

  test('with two headers of one name tells them apart', async () => {
    const table = await open('score,score,,response\n1,2,3,x\n');
    expect(table.columns.map(({ label }) => label)).toEqual([
      'score (column 1)',
      'score (column 2)',
      'column 3',
      'response',
    ]);
  });

  test('names the row that has another number of cells', async () => {
    const rows = await all(readRows(await open('reward,response\n1,a\n2,b,c\n3\n'), READING));
    expect(rows[1]).toMatchObject({ line: 3, problem: 'the row has 3 cells, and the first one 2 cells' });
    expect(rows[2]).toMatchObject({ line: 4, problem: 'the row has 1 cell, and the first one 2 cells' });
  });

  test.each([
    ['', /empty/],
    ['\n \n', /blank/],
    ['reward,response\n', /no rows/],
    [new Uint8Array([0x50, 0x4b, 3, 4, 0]), /Excel/],
    [new Uint8Array([0xff, 0xfe, 0x61, 0]), /UTF-16/],
    [new Uint8Array([0x1f, 0x8b, 8, 0]), /gzip/],
  ])('that is %j is refused', async (content, message) => {
    await expect(open(content)).rejects.toThrow(message);
  });
});

describe('a JSONL file', () => {
  test('with the keys of the service can go as it is', async () => {
    const table = await open(
      '\ufeff{"prompt":"p","response":"r","reward":1,"characteristics":{"tokens":3}}\n{"reward":2,"response":"s"}\n',
      'a.jsonl',
    );
    expect(table.asIs).toEqual({ fits: true, hasResponses: true, hasPrompts: false, given: [] });
  });

  test.each([
    ['{"score":1,"text":"a"}', 'in line 1 there is the key "score", which the service does not know'],
    ['{"reward":"1.5","response":"a"}', 'in line 1 the reward is text, not a number'],
    ['{"reward":null,"response":"a"}', 'in line 1 the reward is not a number'],
    [
      '{"reward":1,"response":[{"role":"assistant","content":"a"}]}',
      'in line 1 the response is a list of messages; the service takes text',
    ],
    [
      '{"reward":1,"response":"a"}\n{"reward":NaN,"response":"b"}',
      'in line 2 there is NaN or Infinity, which is not JSON',
    ],
    ['{"reward":1}', 'in line 1 there is neither a response nor a length'],
    ['{"response":"a"}', 'in line 1 there is no "reward"'],
    ['[{"reward":1,"response":"a"}]', 'it is one JSON array, not one object a line'],
  ])('%s cannot: %s', async (content, reason) => {
    expect((await open(content, 'a.jsonl')).asIs).toEqual({ fits: false, reason });
  });

  test('has all keys of its first rows as columns', async () => {
    const table = await open('{"score":1}\n{"score":2,"text":"a"}\n', 'a.jsonl');
    expect(table.columns.map(({ name }) => name)).toEqual(['score', 'text']);
    expect(plain(table.preview)).toEqual([
      [1, 1, undefined],
      [2, 2, 'a'],
    ]);
  });

  test('without objects is refused', async () => {
    await expect(open('[1, 2]', 'a.json')).rejects.toThrow(/no objects/);
  });
});

describe('columns are guessed', () => {
  const guess = async (content: string, name?: string) => {
    const { columns, preview } = await open(content, name);
    return guessColumns(columns, preview);
  };

  test.each([
    ['prompt,response,reward\np,r,1\n', { prompt: 0, response: 1, reward: 2, length: undefined }],
    ['Question,RM Score,Completion,n_tokens\nq,0.1,c,5\n', { prompt: 0, reward: 1, response: 2, length: 3 }],
    ['0.5,hello\n0.7,world\n', { reward: 0, response: undefined, prompt: undefined, length: undefined }],
    [
      'reward_source,score\nhuman,1\n',
      { reward: 1, response: undefined, prompt: undefined, length: undefined },
    ],
    ['score,response\nnan,a\n1,b\n2,c\n', { reward: 0, response: 1, prompt: undefined, length: undefined }],
    [
      'note,antwort,punkte\nx,a long text of more than twenty,1\ny,another text that is long,2\n',
      { reward: 2, response: 1, prompt: undefined, length: undefined },
    ],
    [
      'prompt,chars,reward\na question that is long,10,1\n',
      { prompt: 0, length: 1, reward: 2, response: undefined },
    ],
    ['reward,chars\n1,20\n2,30\n', { reward: 0, length: 1, response: undefined, prompt: undefined }],
  ])('of %j', async (content, expected) => {
    expect(await guess(content)).toEqual(expected);
  });
});
