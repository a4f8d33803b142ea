import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonWithLists } from '../../../src/http/formats/json-lists.js';

test('an object with lists is the JSON of it, in pieces that do not grow with the lists', () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 50 });
  fc.assert(
    fc.property(numbers, numbers, fc.constantFrom(0, 1, 400), (rewards, indices, repeated) => {
      const long = Array.from({ length: repeated }, () => rewards).flat();
      const head = { estimator: 'lwr', name: '"' };
      const pieces = [...jsonWithLists(head, { rewards: Float64Array.from(long), extrapolated: indices })];
      expect(pieces.join('')).toBe(JSON.stringify({ ...head, rewards: long, extrapolated: indices }));
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(250_000);
    }),
  );
});
