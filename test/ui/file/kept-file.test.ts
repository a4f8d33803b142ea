import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  characteristicsOf,
  chooseFile,
  firstChoice,
  keepFile,
  keepFor,
  keptFile,
  sendAsIs,
} from '../../../src/ui/file/kept-file.js';
import { openTable } from '../../../src/ui/file/open-table.js';
import { fileOf, READING } from './files.js';

const open = (content: string, name: string) => openTable(fileOf(content, name), READING.signal);

describe('a chosen file', () => {
  test('that fits goes up as it is, and its curve is of anything that its rows have', async () => {
    const line = '{"reward":1,"response":"a","characteristics":{"tokens":1,"chars":1}}\n';
    const file = firstChoice(await open(line, 'a.jsonl'));
    expect(file).toMatchObject({ isSentAsIs: true, characteristic: 'chars' });
    expect(characteristicsOf(file.table)).toEqual(['chars', 'words', 'lines', 'markdown', 'tokens']);
    const given = firstChoice(await open('{"reward":1,"characteristics":{"tokens":1}}\n', 'a.jsonl'));
    expect(given).toMatchObject({ isSentAsIs: true, characteristic: 'tokens' });
  });

  test('that is read in the tab instead is measured in code points, whatever was chosen before', async () => {
    const file = firstChoice(await open('{"reward":1,"response":"a"}\n', 'a.jsonl'));
    const inTab = sendAsIs({ ...file, characteristic: 'words' }, false);
    expect(inTab).toMatchObject({ isSentAsIs: false, isMeasured: true, characteristic: 'chars' });
    expect(sendAsIs(inTab, true)).toMatchObject({ isSentAsIs: true, characteristic: 'chars' });
  });

  test('without texts takes its lengths from a column, by the name of that', async () => {
    const file = firstChoice(await open('reward,n tokens\n1,20\n', 'a.csv'));
    expect(file).toMatchObject({ isSentAsIs: false, isMeasured: false, characteristic: 'n_tokens' });
  });

  test('goes up without its byte order mark, which is no JSON', async () => {
    const line = '{"reward":1,"response":"a"}\n';
    const table = await open(`\ufeff${line}`, 'a.jsonl');
    expect(table.asIs.fits).toBe(true);
    const bytes = new Uint8Array(await bodyOf(table).arrayBuffer());
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe(line);
  });
});

describe('the file that is kept in the tab', () => {
  const csv = (name: string) => fileOf('score,response\n1,a\n', name);
  const choose = (file: File, model?: string) => chooseFile(file, model, READING.signal);

  test('is gone where the next one cannot be read, and while that is read', async () => {
    const first = await choose(csv('a.csv'), 'a');
    expect(keptFile('a')).toBe(first);
    await expect(choose(fileOf('', 'empty.csv'), 'a')).rejects.toThrow('empty');
    expect(keptFile('a')).toBeUndefined();
    await choose(csv('a.csv'), 'a');
    const opening = choose(csv('b.csv'), 'a');
    expect(keptFile('a')).toBeUndefined();
    const second = await opening;
    expect(keptFile('a')).toBe(second);
  });

  test('is not one whose choice was given up', async () => {
    const abort = new AbortController();
    const opening = chooseFile(csv('a.csv'), 'a', abort.signal);
    abort.abort();
    await expect(opening).rejects.toThrow();
    expect(keptFile('a')).toBeUndefined();
  });

  test('is offered for the reward model that it was fitted to only', async () => {
    const chosen = await choose(csv('a.csv'));
    expect([keptFile(undefined), keptFile('a')]).toEqual([chosen, undefined]);
    keepFor('a');
    expect([keptFile(undefined), keptFile('a'), keptFile('b')]).toEqual([undefined, chosen, undefined]);
    const other = { ...chosen, leavesOut: true };
    keepFile(other);
    expect([keptFile('a'), keptFile('b')]).toEqual([other, undefined]);
    const next = await choose(csv('b.csv'), 'b');
    expect([keptFile('a'), keptFile('b')]).toEqual([undefined, next]);
  });
});
