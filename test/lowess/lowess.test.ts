import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { samplesArbitrary } from './samples.js';

const DEFAULTS = { frac: 0.5, iterations: 3 };

function fitOf(x: number[], y: number[], options = DEFAULTS) {
  return lowess(Float64Array.from(x), Float64Array.from(y), options);
}

/** Equal but for rounding, relative to the size of the rewards. */
function expectClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) {
    expect(Math.abs(value - Number(expected[i]))).toBeLessThanOrEqual(tolerance);
  }
}

describe('lowess refuses what it cannot fit, by a RangeError', () => {
  it.each([
    ['x and y of different length', [1, 2], [1], DEFAULTS],
    ['no samples', [], [], DEFAULTS],
    ['NaN in x', [1, Number.NaN], [1, 2], DEFAULTS],
    ['Infinity in y', [1, 2], [1, Number.POSITIVE_INFINITY], DEFAULTS],
    ['frac 0', [1, 2], [1, 2], { frac: 0, iterations: 3 }],
    ['frac above 1', [1, 2], [1, 2], { frac: 1.01, iterations: 3 }],
    ['frac NaN', [1, 2], [1, 2], { frac: Number.NaN, iterations: 3 }],
    ['negative iterations', [1, 2], [1, 2], { frac: 0.5, iterations: -1 }],
    ['half an iteration', [1, 2], [1, 2], { frac: 0.5, iterations: 0.5 }],
  ])('%s', (_, x, y, options) => {
    expect(() => fitOf(x, y, options)).toThrow(RangeError);
  });
});

describe('lowess on degenerate input has the shape of any other fit', () => {
  it('one sample gives itself', () => {
    expect(fitOf([7], [0.3])).toEqual({
      x: Float64Array.of(7),
      fitted: Float64Array.of(0.3),
      counts: Int32Array.of(1),
      residualScale: 0,
      robustWeightRemoved: 0,
    });
  });

  it('one length gives the mean of its rewards', () => {
    const { x, fitted, counts } = fitOf([7, 7, 7, 7], [1, 2, 4, 5], { frac: 1, iterations: 0 });
    expect([x, fitted, counts]).toEqual([Float64Array.of(7), Float64Array.of(3), Int32Array.of(4)]);
  });

  it('counts the samples at each distinct x, in ascending order of x', () => {
    const { x, counts } = fitOf([3, 1, 3, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
    expect([x, counts]).toEqual([Float64Array.of(1, 2, 3), Int32Array.of(2, 1, 3)]);
  });

  it('does not modify its input', () => {
    const x = Float64Array.of(3, 1, 2, 2);
    const y = Float64Array.of(1, 5, 2, 0);
    lowess(x, y, DEFAULTS);
    expect([x, y]).toEqual([Float64Array.of(3, 1, 2, 2), Float64Array.of(1, 5, 2, 0)]);
  });
});

describe('lowess reports what robustness did', () => {
  it('residualScale is the median size of the final residuals', () => {
    const { residualScale, fitted } = fitOf([1, 1, 1, 1, 1], [0, 1, 2, 4, 9], { frac: 1, iterations: 0 });
    expect(fitted[0]).toBeCloseTo(3.2, 12);
    expect(residualScale).toBeCloseTo(2.2, 12);
  });

  it('an outlier at one x loses its weight, and nothing is removed without iterations', () => {
    const x = [1, 1, 1, 1, 1];
    const y = [-0.2, -0.1, 0, 0.1, 100];
    const once = fitOf(x, y, { frac: 1, iterations: 1 });
    // The first fit is the mean 19.96: |residual| is 20.16, 20.06, 19.96, 19.86, 80.04, their median 20.06.
    const bisquare = (u: number) => (1 - (u / (6 * 20.06)) ** 2) ** 2;
    const weights = [20.16, 20.06, 19.96, 19.86, 80.04].map(bisquare);
    const total = weights.reduce((a, b) => a + b);
    expect(once.robustWeightRemoved).toBeCloseTo(1 - total / 5, 12);
    expect(fitOf(x, y, { frac: 1, iterations: 0 }).robustWeightRemoved).toBe(0);
    expect(fitOf(x, y, { frac: 1, iterations: 50 }).fitted[0]).toBeCloseTo(-0.05, 2);
  });
});

describe('lowess as a map', () => {
  const options = fc.record({
    frac: fc.double({ min: 0.05, max: 1, noNaN: true }),
    iterations: fc.constant(0),
  });

  it('commutes with shifts and powers of two as scales of the rewards', () => {
    fc.assert(
      fc.property(samplesArbitrary, options, fc.integer({ min: -8, max: 8 }), ({ x, y }, o, power) => {
        const scale = 2 ** power;
        const plain = lowess(x, y, o);
        const moved = lowess(
          x,
          y.map((value) => value * scale),
          o,
        );
        expectClose(
          moved.fitted,
          plain.fitted.map((value) => value * scale),
          1e-9 * scale,
        );
        const shifted = lowess(
          x,
          y.map((value) => value + 1000),
          o,
        );
        expectClose(
          shifted.fitted,
          plain.fitted.map((value) => value + 1000),
          1e-7,
        );
      }),
    );
  });

  it('gives the same bits when x is scaled by a power of two', () => {
    fc.assert(
      fc.property(samplesArbitrary, options, fc.integer({ min: -8, max: 8 }), ({ x, y }, o, power) => {
        const scaled = lowess(
          x.map((value) => value * 2 ** power),
          y,
          o,
        );
        expect(scaled.fitted).toEqual(lowess(x, y, o).fitted);
      }),
    );
  });

  it('does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(samplesArbitrary, options, ({ x, y }, o) => {
        const there = lowess(x, y, o);
        const back = lowess(x.slice().reverse(), y.slice().reverse(), o);
        expect([back.x, back.counts]).toEqual([there.x, there.counts]);
        expectClose(back.fitted, there.fitted, 1e-9);
      }),
    );
  });

  it('reproduces a line', () => {
    fc.assert(
      fc.property(samplesArbitrary, options, ({ x }, o) => {
        const line = (value: number) => 3 - value / 64;
        const { x: distinct, fitted } = lowess(x, x.map(line), o);
        const range = Number(distinct.at(-1)) - Number(distinct[0]);
        // Where the spread is too small for a slope, the mean is used: off by less than 0.001 of the range.
        expectClose(fitted, distinct.map(line), 0.002 * (range / 64) + 1e-9 * (1 + range));
      }),
    );
  });
});
