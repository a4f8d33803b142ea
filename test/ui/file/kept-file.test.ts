import { describe, expect, test } from 'vitest';
import { bodyOf, characteristicsOf, firstChoice, sendAsIs } from '../../../src/ui/file/kept-file.js';
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
