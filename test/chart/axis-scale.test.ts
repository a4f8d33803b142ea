import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AxisScale, characteristicScale, linearScale, padded } from '../../src/chart/axis-scale.js';

const namesOf = ({ ticks }: AxisScale) => ticks.map(({ name }) => name);

describe('the scale of an axis', () => {
  test('has ticks at round values within its ends', () => {
    expect(namesOf(linearScale(-0.3, 6.2))).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(namesOf(linearScale(3, 3.9))).toEqual(['3.0', '3.2', '3.4', '3.6', '3.8']);
    expect(linearScale(0, 8).ticks[2]?.place).toBe(0.25);
  });

  test('has some ticks in order, and finite places, whatever the ends', () => {
    const ends = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(ends, ends, ends, (a, b, value) => {
        const scale = linearScale(...padded(Math.min(a, b), Math.max(a, b)));
        expect(scale.ticks.length).toBeLessThanOrEqual(17);
        expect(Number.isFinite(scale.placeOf(value))).toBe(true);
        expect(Number.isFinite(scale.valueAt(0.5))).toBe(true);
        scale.ticks.forEach(({ place, name }, i) => {
          expect(name).not.toMatch(/NaN|∞/);
          if (i > 0) expect(place).toBeGreaterThan(scale.ticks[i - 1]?.place ?? Number.NaN);
        });
      }),
    );
  });

  test('is linear where the values fill it, and begins at 0 rather than below', () => {
    const scale = characteristicScale([3, 2_000], [3, 500, 2_000], 3);
    expect(scale.isLog).toBe(false);
    expect(scale.least).toBe(0);
  });

  test('is logarithmic where most values would stand in a corner, and has a place for 0', () => {
    const scale = characteristicScale([0, 1e6], [0, 200, 1e6], 1);
    expect(scale.isLog).toBe(true);
    expect(scale.placeOf(0)).toBe(0);
    expect(scale.valueAt(scale.placeOf(1_000))).toBeCloseTo(1_000, 9);
    expect(namesOf(scale)).toEqual(['1', '10', '100', '1,000', '10,000', '100,000', '1M']);
  });

  test('stays linear where values are negative', () => {
    expect(characteristicScale([-1, 1e6], [-1, 0, 1e6], 1).isLog).toBe(false);
  });

  test('gives a single value room on both sides', () => {
    expect(padded(5, 5)).toEqual([4.5, 5.5]);
    expect(padded(0, 0)[0]).toBeLessThan(0);
  });
});
