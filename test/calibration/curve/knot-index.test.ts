import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addBiases,
  type BiasCurve,
  biasAt,
  isExtrapolated,
} from '../../../src/calibration/curve/bias-curve.js';
import { KnotIndex } from '../../../src/calibration/curve/knot-index.js';

const number = fc.oneof(
  fc.integer({ min: 0, max: 8_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-Number.MAX_VALUE, Number.MAX_VALUE, 0, 5e-324, 1e-323, 1, 1 + Number.EPSILON),
);

/** Strictly ascending. */
const ascending = fc
  .uniqueArray(number, { minLength: 2, maxLength: 40, comparator: (a, b) => a === b })
  .map((values) => Float64Array.from(values).sort());

test('the index finds the last knot that is not above a value', () => {
  fc.assert(
    fc.property(ascending, fc.array(number), (knots, values) => {
      const index = new KnotIndex(knots);
      const inside = (value: number) => value >= (knots.at(0) ?? 0) && value < (knots.at(-1) ?? 0);
      for (const value of [...values, ...knots].filter(inside))
        expect(index.last(value)).toBe(knots.findLastIndex((knot) => knot <= value));
    }),
  );
});

test('a large batch gets the bits that each value gets alone', () => {
  fc.assert(
    fc.property(
      ascending,
      fc.array(number, { minLength: 200, maxLength: 200 }),
      fc.constantFrom('hold', 'line'),
      (knots, values, beyond) => {
        const biases = knots.map((_, i) => Math.sin(i));
        const curve: BiasCurve = { characteristic: 'chars', alpha: 0.7, knots, biases, beyond, meanBias: 0 };
        const x = Float64Array.from([...values, ...knots, Number.NaN]);
        const sums = x.map(() => 0.1);
        const isOutside = new Uint8Array(x.length);
        addBiases(curve, x, sums, isOutside);
        expect(sums).toEqual(x.map((value) => 0.1 + 0.7 * biasAt(curve, value)));
        expect([...isOutside]).toEqual(Array.from(x, (value) => Number(isExtrapolated(curve, value))));
      },
    ),
  );
});
