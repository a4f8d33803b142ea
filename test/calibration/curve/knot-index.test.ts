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

/** Whole numbers and their neighbours among the doubles: where differences round to whole ones. */
const nearWhole = fc
  .tuple(
    fc.integer({ min: -120, max: 60 }),
    fc.constantFrom(0, 0, 2 ** -53, -(2 ** -53), 1e-15, -1e-15, 5e-324),
  )
  .map(([whole, offset]) => whole + offset);

/** Strictly ascending. */
const ascending = fc
  .oneof(distinct(number), distinct(nearWhole))
  .map((values) => Float64Array.from(values).sort());

function distinct(values: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  return fc.uniqueArray(values, { minLength: 2, maxLength: 40, comparator: (a, b) => a === b });
}

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
      fc.array(fc.oneof(number, nearWhole), { minLength: 200, maxLength: 200 }),
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

test.each([
  [[0, 0.9999999999999999], [0, 3], 1],
  [[-1000, 0.9999999999999989], [5, 6], 1],
  [[-76, 1e-15, 2e-15], [0, 1, 100], 0],
  [[-3, -1e-300], [1, 2], 0],
])('knots %j: a whole number beside a knot has the same bias in every batch', (given, biases, value) => {
  const knots = Float64Array.from(given);
  const curve: BiasCurve = {
    characteristic: 'share',
    alpha: 1,
    knots,
    biases: Float64Array.from(biases),
    beyond: 'hold',
    meanBias: 0,
  };
  for (const size of [1, 20, 100, 127, 128, 1_100, 5_000]) {
    const sums = new Float64Array(size);
    const isOutside = new Uint8Array(size);
    addBiases(curve, new Float64Array(size).fill(value), sums, isOutside);
    expect(sums.at(-1), `${size}`).toBe(biasAt(curve, value));
    expect(isOutside.at(-1), `${size}`).toBe(Number(isExtrapolated(curve, value)));
  }
});
