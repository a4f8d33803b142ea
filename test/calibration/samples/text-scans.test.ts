import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLines, countWords } from '../../../src/calibration/samples/characteristics.js';
import { countBoldSpans, countHeaders, countListItems } from '../../../src/calibration/samples/markdown.js';
import { CountedText } from '../../support/counted-text.js';
import { BOLD, countMatches, HEADER, LINE_END, LIST_ITEM, WORD } from './patterns.js';

const SCANS = [
  ['words', countWords, (text: string) => countMatches(text, WORD)],
  ['headers', countHeaders, (text: string) => countMatches(text, HEADER)],
  ['list items', countListItems, (text: string) => countMatches(text, LIST_ITEM)],
  ['bold spans', countBoldSpans, (text: string) => countMatches(text, BOLD)],
  ['lines', countLines, linesByPattern],
] as const;

function linesByPattern(text: string): number {
  const ends = countMatches(text, LINE_END);
  return text === '' || /[\r\n]$/.test(text) ? ends : ends + 1;
}

const MARKS = ['*', '**', '_', '__', '#', '###', '#######', '-', '+', '.', '- ', '* ', '1. ', '\n- ', '\n# '];
const WHITE_SPACE = [...' \t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000'];
const LINE_ENDS = ['\n', '\n', '\n', '\r', '\r\n'];
const DIGITS = ['1', '٣', '५', '７', '𝟗', '𑁦'];
const LETTERS = ['a', '日', '🏆', '²', 'Ⅷ', '\u200b', '\ufeff'];

const nastyText = fc
  .array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...MARKS), weight: 5 },
      { arbitrary: fc.constantFrom(' ', ...WHITE_SPACE), weight: 2 },
      { arbitrary: fc.constantFrom(...LINE_ENDS), weight: 2 },
      { arbitrary: fc.constantFrom(...DIGITS), weight: 1 },
      { arbitrary: fc.constantFrom(...LETTERS), weight: 1 },
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''));

/** Few characters, so that marks meet marks. */
const dense = (characters: string) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 16 });

describe.each(SCANS)('the scan of %s counts what its pattern matches', (_, scan, byPattern) => {
  test.each([
    ['marks, white space and digits of every kind', nastyText],
    ['asterisks and underscores', dense('**__a\n')],
    ['headers', dense('## \n\t')],
    ['list items', dense('-+* \n1.𝟗')],
    ['line ends', dense('\r\n a')],
  ])('in %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(scan(text)).toBe(byPattern(text));
      }),
      { numRuns: 10_000 },
    );
  });
});

/** What each pattern scans again and again. */
const ADVERSARIAL = [
  ...['1', '𝟗', '1.', '1. ', '.', '. ', '字. ', ' ', '\t', '\u3000', '\n', '\r', '\r\n', ' \n', '\n\n\n '],
  ...['#', '# ', ' #', '\n#', '\n   # ', '####### ', '#\n', '-', '- ', '\n- ', '\n -', '+', '* ', '\n*'],
  ...[
    '*',
    '**',
    '***',
    '** ',
    '**a',
    '**\n',
    '_',
    '__',
    '___',
    '__ ',
    '__a',
    '__\n',
    '**__',
    '**a__b',
    'a',
    '日',
  ],
];

describe.each(SCANS)('the scan of %s', (_, scan) => {
  test.each(ADVERSARIAL)('reads each code unit a few times, however often %j comes', (piece) => {
    for (const length of [4_000, 64_000]) {
      for (const [before, after] of [
        ['', ''],
        ['**', ''],
        ['__', '\n'],
        ['', '__'],
        ['', '**'],
      ]) {
        const text = `${before}${piece.repeat(length / piece.length)}${after}`;
        const counted = new CountedText(text);
        expect(scan(counted)).toBe(scan(text));
        expect(counted.reads).toBeLessThanOrEqual(10 * text.length);
      }
    }
  });
});
