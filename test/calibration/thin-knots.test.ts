import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thinKnots } from '../../src/calibration/thin-knots.js';

const knots = fc
  .uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 60 })
  .chain((xs) =>
    fc
      .array(fc.integer({ min: -640, max: 640 }), { minLength: xs.length, maxLength: xs.length })
      .map((ys) => ({ x: Float64Array.from(xs).sort(), y: Float64Array.from(ys, (value) => value / 64) })),
  );

const tolerances = fc.constantFrom(0, 0.01, 0.5, 5);

describe('thinning knots', () => {
  test('keeps only knots that were there, with their own biases', () => {
    fc.assert(
      fc.property(knots, tolerances, ({ x, y }, tolerance) => {
        const thin = thinKnots({ x, y }, tolerance);
        thin.x.forEach((value, i) => {
          expect(thin.y[i]).toBe(y[x.indexOf(value)]);
        });
      }),
    );
  });

  test('leaves the two ends of a straight line, and one knot of one', () => {
    const x = Float64Array.from({ length: 1_000 }, (_, i) => i);
    expect(thinKnots({ x, y: x.map((value) => 3 - value / 4) }, 1e-9).x).toEqual(Float64Array.of(0, 999));
    expect(thinKnots({ x: Float64Array.of(7), y: Float64Array.of(2) }, 0.1).x).toEqual(Float64Array.of(7));
  });

  test('leaves every knot of a zigzag larger than the tolerance', () => {
    const x = Float64Array.from({ length: 101 }, (_, i) => i);
    const y = x.map((value) => value % 2);
    expect(thinKnots({ x, y }, 0.1).x).toEqual(x);
  });
});
