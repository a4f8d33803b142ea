import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countCodePoints as countOfService } from '../../../src/calibration/samples/characteristics.js';
import { cellReading } from '../../../src/ui/file/cell-reading.js';
import { readCodePoints, readNumber, readPrompt, readResponse } from '../../../src/ui/file/cells.js';

/** How numbers are read from files of this kind. */
function numberReader(kind: 'csv' | 'lines' | 'array') {
  const csv = { kind: 'csv', hasHeader: true, delimiter: ',', newline: '\n' } as const;
  return cellReading({ form: kind === 'csv' ? csv : { kind }, columns: [] }).readNumber;
}

describe('numbers', () => {
  test.each([
    [1.5, 1.5],
    ['1.5', 1.5],
    [' -2e-3 ', -0.002],
    ['+.5', 0.5],
    ['7.', 7],
  ])('%j is read', (cell, value) => {
    expect(readNumber(cell)).toEqual({ value });
  });

  test.each([
    ['', 'is empty'],
    ['  ', 'is empty'],
    [undefined, 'is missing, not a number'],
    [null, 'is null, not a number'],
    ['nan', 'is "nan", not a number'],
    ['inf', 'is "inf", not a number'],
    ['-Infinity', 'is "-Infinity", not a number'],
    ['n/a', 'is "n/a", not a number'],
    ['0x10', 'is "0x10", not a number'],
    ['1,5', 'is "1,5", with a comma: numbers need a decimal point (1.5)'],
    ['-1.234,5', 'is "-1.234,5", with a comma: numbers need a decimal point (1.5)'],
    ['1e999', 'is 1e999, too large for a number'],
    [true, 'is true, not a number'],
    [[1], 'is a list, not a number'],
    [{}, 'is an object, not a number'],
  ])('%j is refused: %s', (cell, problem) => {
    expect(readNumber(cell)).toEqual({ problem });
  });

  test('as text are numbers in CSV, which has nothing else, and none in JSON', () => {
    expect(numberReader('csv')('0.7')).toEqual({ value: 0.7 });
    for (const kind of ['lines', 'array'] as const) {
      expect(numberReader(kind)('0.7')).toEqual({ problem: 'is text, not a number' });
      expect(numberReader(kind)(0.7)).toEqual({ value: 0.7 });
      expect(numberReader(kind)(null)).toEqual({ problem: 'is null, not a number' });
    }
  });

  test('a long text is not repeated whole', () => {
    expect(readNumber('x'.repeat(500))).toEqual({ problem: `is "${'x'.repeat(40)}…", not a number` });
  });

  test('every double comes back from its text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(JSON.stringify(value))).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });
});

describe('code points', () => {
  test('are counted as the service counts them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '字', '😀', '\u{10ffff}', '\uffff', '\ue000') }),
        (text) => {
          expect(readCodePoints(text)).toEqual({ value: countOfService(text) });
        },
      ),
    );
  });

  test.each(['\ud83d', 'a\udc00b', '😀\ud800'])('of half a character (%j) are none', (text) => {
    expect(readCodePoints(text)).toEqual({ problem: expect.stringContaining('half a character') });
  });
});

describe('texts', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello!' },
  ];

  test('a list of messages is no response, and a prompt that can be read', () => {
    expect(readResponse(messages)).toEqual({ problem: expect.stringContaining('list of messages') });
    expect(readPrompt(messages)).toEqual({ value: 'user: Hi\n\nassistant: Hello!' });
  });

  test('a number is both, null is neither', () => {
    expect(readResponse(42)).toEqual({ value: '42' });
    expect(readPrompt(42)).toEqual({ value: '42' });
    expect(readResponse(null)).toEqual({ problem: 'is null, not text' });
    expect(readPrompt(null)).toEqual({ problem: 'is missing' });
  });

  test('an empty response has the length 0, an empty prompt is none', () => {
    expect(readResponse('')).toEqual({ value: '' });
    expect(readPrompt('')).toEqual({ problem: 'is empty' });
  });
});
