import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guessCsvForm, readCsv } from '../../../src/ui/file/csv-rows.js';
import { all, pieces, plain } from './files.js';

const COMMAS = { delimiter: ',', newline: '\n' } as const;

async function read(text: string, size = 1_000) {
  return all(readCsv(pieces(text, size), COMMAS));
}

describe('rows of CSV', () => {
  test('have the line of the file where they begin, whatever line ends their cells hold', async () => {
    const text = 'a,b\n"one\ntwo\n\nthree",1\n\nfour,2\n';
    expect(plain(await read(text))).toEqual([
      [1, 'a', 'b'],
      [2, 'one\ntwo\n\nthree', '1'],
      [7, 'four', '2'],
    ]);
  });

  test.each([1, 2, 3, 5, 8, 100])('are the same in pieces of %i characters', async (size) => {
    const text = 'a,b\r\n"x ""y"", z\r\nw",1\r\n\r\n"tail\r\n",2\r\nlast,3';
    expect(plain(await read(text, size))).toEqual([
      [1, 'a', 'b'],
      [2, 'x "y", z\r\nw', '1'],
      [5, 'tail\r\n', '2'],
      [7, 'last', '3'],
    ]);
  });

  test('end by \\n and by \\r\\n in one file', async () => {
    expect(plain(await read('a,b\r\nc,d\ne,"f\r"\n'))).toEqual([
      [1, 'a', 'b'],
      [2, 'c', 'd'],
      [3, 'e', 'f\r'],
    ]);
  });

  test('that hold a U+FEFF where a piece begins keep it', async () => {
    expect(plain(await read('ab,\ufeffc\n\ufeffd,e\n', 7))).toEqual([
      [1, 'ab', '\ufeffc'],
      [2, '\ufeffd', 'e'],
    ]);
  });

  test('say which quote is wrong', async () => {
    const rows = await read('a,b\n"x" y","1"\nz,3\n');
    expect(rows[1]).toMatchObject({ line: 2, problem: expect.stringContaining('not doubled') });
    expect(plain(rows.slice(2))).toEqual([[3, 'z', '3']]);
  });

  test.each([
    ['to the end', 'a,b\nx,1\n"y,2\nz,3\n', 3],
    ['in a line whose cell above has line ends', 'a,b\n"x\n\nx","y\nz,3\n', 4],
    ['and not doubled before', 'a,b\n"x" y,1\nz,3\n', 2],
    ['until the next quoted cell', `a,b\nx,1\n"y,2\n${'z,3\n'.repeat(200)}"w",4\n`, 3],
    ['in the last line', 'a,b\nx,"1', 2],
  ])('are refused where a quote stays open %s', async (_, text, line) => {
    for (const size of [3, 1_000])
      await expect(read(text, size)).rejects.toThrow(new RegExp(`^Line ${line}: a quote .* is not closed`));
  });

  test('that never end stop the reading, and name their line', async () => {
    const text = `a,b\nx,1\n"${'y,2\n'.repeat(1_100_000)}`;
    await expect(all(readCsv(pieces(text, 524_288), COMMAS))).rejects.toThrow(/^Line 3: .*not closed/);
  });

  test('come back from any cells, in any pieces', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '😀'), maxLength: 6 });
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 20 }), async (given, size) => {
        const text = given.map((cells) => cells.map((c) => `"${c.replaceAll('"', '""')}"`).join()).join('\n');
        const found = await read(text, size);
        expect(found.map(({ cells }) => cells)).toEqual(given);
        for (const [i, { line }] of found.entries()) {
          const before = given.slice(0, i).flat().join('').split('\n').length - 1 + i;
          expect(line).toBe(before + 1);
        }
      }),
    );
  });
});

describe('the form of a CSV file', () => {
  test.each([
    ['reward;chars\n1,5;20\n2,5;30\n', ';', '\n'],
    ['reward\tchars\n1.5\t20\n', '\t', '\n'],
    ['reward,response\r\n1.5,"a; b; c"\r\n', ',', '\n'],
    ['reward,chars\r1,2\r3,4\r', ',', '\r'],
    ['reward|chars\n1|2\n', '|', '\n'],
  ])('of %j is found', async (text, delimiter, newline) => {
    expect(await guessCsvForm(text)).toEqual({ delimiter, newline });
  });
});
