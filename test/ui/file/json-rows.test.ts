import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NAN_PROBLEM, readJsonArray, readJsonLines, toTableRow } from '../../../src/ui/file/json-rows.js';
import { all, pieces } from './files.js';

describe('JSON lines', () => {
  test('are numbered as in the file, blank ones included', async () => {
    const found = await all(readJsonLines(pieces('{"a":1}\r\n\n  \n{"a":2}\n{"a":\n{"a":3}', 4)));
    expect(found).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: { a: 2 } },
      { line: 5, value: undefined, problem: 'this is not JSON' },
      { line: 6, value: { a: 3 } },
    ]);
  });

  test.each([
    ['{"reward": NaN, "response": "a"}', NAN_PROBLEM],
    ['{"reward":-Infinity}', NAN_PROBLEM],
    ['{"a":[NaN,NaN,1]}', NAN_PROBLEM],
    ['{"reward": NaN, "response": ', 'this is not JSON'],
    ['{"response": "x: NaN"', 'this is not JSON'],
    ['{"reward": nan}', 'this is not JSON'],
  ])('%s: %s', async (text, problem) => {
    expect(await all(readJsonLines(pieces(text, 100)))).toEqual([{ line: 1, value: undefined, problem }]);
  });

  test('of any size of the pieces are the same', async () => {
    const lines = fc.array(fc.jsonValue(), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 30 }), async (values, size) => {
        const text = values.map((value) => JSON.stringify(value)).join('\n');
        const found = await all(readJsonLines(pieces(text, size)));
        expect(found.map(({ value }) => JSON.stringify(value))).toEqual(values.map((v) => JSON.stringify(v)));
      }),
    );
  });
});

describe('a JSON array', () => {
  test('is cut into its elements, with the lines where they begin', async () => {
    const text = '[\n  {"a": "],{\\"\\\\"},\n  {"a": [1, {"b": 2}]},\n\n  {"a": 3}\n]\n';
    for (const size of [1, 2, 3, 7, 100])
      expect(await all(readJsonArray(pieces(text, size)))).toEqual([
        { line: 2, value: { a: '],{"\\' } },
        { line: 3, value: { a: [1, { b: 2 }] } },
        { line: 5, value: { a: 3 } },
      ]);
  });

  test('of any values, indented or not, gives them back', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (given, size, indented) => {
          const text = JSON.stringify(given, null, indented ? 2 : 0);
          const found = await all(readJsonArray(pieces(text, size)));
          expect(JSON.stringify(found.map(({ value }) => value))).toBe(JSON.stringify(given));
        },
      ),
    );
  });

  test('that does not end is refused', async () => {
    await expect(all(readJsonArray(pieces('[{"a":1},\n{"a":2}', 5)))).rejects.toThrow(/^Line \d: .*missing/);
  });
});

test('a row has a cell for every key, and only keys of its own', () => {
  const record = { line: 3, value: { b: 2 } };
  expect(toTableRow(record, ['a', 'b', 'toString'])).toEqual({ line: 3, cells: [undefined, 2, undefined] });
  expect(toTableRow({ line: 4, value: [1] }, ['a'])).toMatchObject({ line: 4, problem: expect.any(String) });
});
