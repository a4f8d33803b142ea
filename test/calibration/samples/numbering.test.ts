import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbering } from '../../../src/calibration/samples/numbering.js';

/** Short and long texts of few kinds, so that equal ones and equal beginnings are common. */
const name = fc
  .tuple(
    fc.constantFrom('', 'a', 'b', 'ab'),
    fc.constantFrom(0, 1, 8_191, 8_192, 8_193, 20_000),
    fc.constantFrom('', 'x', 'y'),
  )
  .map(([start, length, end]) => start + '0'.repeat(length) + end);

test('names are numbered in order of first appearance, long ones too', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.integer({ min: 0, max: 3 })), { maxLength: 30 }), (names) => {
      const numbering = new Numbering<string | number>();
      const numbers = names.map((one) => numbering.numberOf(one));
      const distinct = [...new Set(names)];
      expect(numbers).toEqual(names.map((one) => distinct.indexOf(one)));
      expect([numbering.size, numbering.names]).toEqual([distinct.length, distinct]);
    }),
  );
});

test('thousands of long texts of one length take no time in proportion to their square', () => {
  const start = '0'.repeat(16_400);
  const timeOf = (count: number) => {
    const texts = Array.from({ length: count }, (_, i) => `${start}${String(i).padStart(6, '0')}`);
    // The least of some: what else the machine does only adds.
    const times = [1, 2, 3].map(() => {
      const numbering = new Numbering<string>();
      const before = performance.now();
      for (const text of texts) numbering.numberOf(text);
      return performance.now() - before;
    });
    return Math.min(...times);
  };
  timeOf(200);
  // Eight times as many take eight times as long; by length alone they take sixty-four times.
  expect(timeOf(2_000)).toBeLessThan(30 * Math.max(timeOf(250), 1));
});
