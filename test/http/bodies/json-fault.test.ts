import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unreadable } from '../../../src/calibration/errors.js';
import { parseJson } from '../../../src/http/bodies/json.js';
import { findJsonFault } from '../../../src/http/bodies/json-fault.js';

const refusalOf = (text: string): Unreadable => {
  try {
    parseJson(Buffer.from(text));
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new Error('was read');
};

describe('a value that is no JSON is named with its place', () => {
  test.each([
    ['{"columns": {"rewards": [1.0, 2.0, NaN]}}', 'NaN is not JSON: /columns/rewards/2, at character 36'],
    [
      '{"samples":[{"reward":1},{"reward":-Infinity}]}',
      '-Infinity is not JSON: /samples/1/reward, at character 36',
    ],
    ['{"a":None}', 'None is not JSON: /a, at character 6'],
    ['{"a":[true,True]}', 'True is not JSON: /a/1, at character 12'],
    ['NaN', 'NaN is not JSON: at character 1'],
    ['{"a":"NaN, \\" None","b":[[],{"c":[]},nan]}', 'nan is not JSON: /b/2, at character 38'],
    ['{"a/~b":{"c":secret}}', 'this is not JSON: /a~1~0b/c, at character 14'],
    ["{'a':1}", 'this is not JSON: /, at character 2'],
    ['{"a":01}', 'this is not JSON: /a, at character 6'],
    ['{"a":1.}', 'this is not JSON: /a, at character 6'],
  ])('%s', (text, message) => {
    expect(refusalOf(text).message).toBe(message);
  });

  test('wherever it stands in a body', () => {
    const word = fc.constantFrom('NaN', 'Infinity', '-Infinity', 'None', 'undefined');
    const place = fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.nat({ max: 4 })), { maxLength: 5 });
    fc.assert(
      fc.property(place, word, fc.jsonValue(), (path, bad, before) => {
        const inner = `\u0001${bad}\u0001`;
        const text = path
          .reduceRight<string>((held, step) => {
            const other = JSON.stringify(before);
            if (typeof step === 'number') return `[${`${other}, `.repeat(step)}${held} , ${other}]`;
            return `{${JSON.stringify(`0${step}`)} : ${other},\n${JSON.stringify(`_${step}`)}:${held}}`;
          }, inner)
          .replaceAll('\u0001', '');
        const expected = path.map((step) => (typeof step === 'number' ? step : `_${step}`.slice(0, 64)));
        expect(findJsonFault(text)).toEqual({
          place: expected,
          at: text.indexOf(bad, findStart(text, bad)),
          word: bad,
        });
      }),
    );
  });

  /** The first place of the word outside of text. */
  function findStart(text: string, word: string): number {
    const outside = text.replace(/"(?:[^"\\]|\\.)*"/gs, (quoted) => ' '.repeat(quoted.length));
    return outside.indexOf(word);
  }

  test('nothing that JSON.parse takes is a fault, and a long key is cut', () => {
    fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === undefined));
    const key = 'prompt '.repeat(100);
    expect(refusalOf(JSON.stringify({ [key]: 0 }).replace('0', 'NaN')).message).not.toContain(
      key.slice(0, 80),
    );
  });

  test('what else is wrong is named by its character alone, and words of the body are never quoted', () => {
    for (const text of ['{"a":1,}', '[1 2]', '{"a":"secret', '{"secret"', '[secret]', '{"a":secret}']) {
      const { message, violations } = refusalOf(text);
      expect(message + JSON.stringify(violations)).not.toContain('secret');
    }
  });

  test('a large wrong body takes time in proportion to its size', () => {
    const timeOf = (rows: number) => {
      const text = `{"columns":{"rewards":[${'1.25,'.repeat(rows)}NaN]}}`;
      // The least of some: what else the machine does only adds.
      const times = [1, 2, 3, 4, 5].map(() => {
        const start = performance.now();
        findJsonFault(text);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    timeOf(20_000);
    expect(timeOf(400_000)).toBeLessThan(200 * Math.max(timeOf(20_000), 1));
  });
});
