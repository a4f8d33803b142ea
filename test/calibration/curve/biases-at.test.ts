import fc from 'fast-check';
import { expect, test } from 'vitest';
import { biasAt, biasesAt } from '../../../src/calibration/curve/bias-curve.js';

const knot = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: -3, max: 3 }).map((steps) => 1e15 + steps),
  fc.double({ min: -50, max: 50, noNaN: true }),
);
const knots = fc.uniqueArray(knot, { minLength: 1, maxLength: 40, comparator: (a, b) => a === b });
const values = fc.array(fc.oneof(knot, fc.integer({ min: -20, max: 300 })), { maxLength: 600 });

test('the bias of a column is that of each value, to the bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(knots, fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 2 })),
      values,
      fc.constantFrom('hold', 'line'),
      (given, column, beyond) => {
        const sorted = Float64Array.from(given, (value) => value + 0).sort();
        const curve = { knots: sorted, biases: sorted.map((value) => Math.sin(value)), beyond } as const;
        fc.pre(beyond === 'hold' || sorted.length > 1);
        // Enough values for the index of the knots.
        const long = Float64Array.from([...column, ...Array.from({ length: 300 }, (_, i) => i - 40)]);
        expect(biasesAt(curve, long)).toEqual(long.map((value) => biasAt(curve, value)));
      },
    ),
    { numRuns: 300 },
  );
});

test('so also where whole values are looked up, and others lie beside them', () => {
  const knots = Float64Array.from({ length: 120 }, (_, i) => i * 3 - 5);
  const values = Float64Array.from({ length: 2_000 }, (_, i) => (i % 7 === 0 ? i / 4 : (i % 420) - 40));
  values.set([1e-20, -5 - 1e-15, 352, 352.5, 1e300, -0]);
  for (const beyond of ['hold', 'line'] as const) {
    const curve = { knots, biases: knots.map((value) => Math.sin(value)), beyond };
    expect(biasesAt(curve, values)).toEqual(values.map((value) => biasAt(curve, value)));
  }
});
