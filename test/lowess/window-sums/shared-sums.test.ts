import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carefulLine, type Line } from '../../../src/lowess/local-line.js';
import { ordinaryOf } from '../../../src/lowess/ordinary.js';
import { plainSums } from '../../../src/lowess/robustness.js';
import { fitLines, prepareSmoother } from '../../../src/lowess/smoother.js';
import { groupTies } from '../../../src/lowess/ties.js';
import { mulberry32 } from '../samples.js';

/** Of the range of y: far inside the 1e-8 that is promised against R. */
const BOUND = 1e-10;

/**
 * Enough distinct x for blocks whose windows share runs of leaves; the shapes of x that moments could stumble
 * over.
 */
const shapeArbitrary = fc.constantFrom('ties', 'reals', 'clusters', 'offset', 'skewed');

function xOf(shape: string, random: () => number): number {
  if (shape === 'ties') return Math.floor(random() * 900);
  if (shape === 'reals') return random() * 1e-3;
  if (shape === 'clusters') return Math.floor(random() * 4) * 1e5 + random();
  if (shape === 'offset') return 1e6 + Math.floor(random() * 700);
  return Math.exp(12 * random());
}

test('lines from shared moments equal lines from direct sums, whatever the shape of x and the robustness weights', () => {
  fc.assert(
    fc.property(
      shapeArbitrary,
      fc.integer(),
      fc.integer({ min: 300, max: 1500 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      fc.constantFrom(0, 0.1, 0.9),
      (shape, seed, n, frac, zeroed) => {
        const random = mulberry32(seed);
        const x = Float64Array.from({ length: n }, () => xOf(shape, random));
        const y = Float64Array.from({ length: n }, () => random() * 2 - 1 + (random() < 0.05 ? 20 : 0));
        const samples = groupTies(x, y, ordinaryOf);
        const sums = plainSums(samples);
        for (let j = 0; j < sums.weight.length; j++) {
          const factor = random() < zeroed ? 0 : random();
          sums.weight[j] = Number(sums.weight[j]) * factor;
          sums.weightedY[j] = Number(sums.weightedY[j]) * factor;
        }
        const smoother = prepareSmoother(samples, frac, 0);
        const direct: Line = { value: 0, level: 0, tilt: 0 };
        fitLines(smoother, sums, (i, line) => {
          carefulLine(samples.x, sums, smoother.windows, i, direct);
          if (!Number.isFinite(direct.level)) return expect(line).toEqual(direct);
          expect(Math.abs(line.value - direct.value)).toBeLessThanOrEqual(BOUND * 2 * samples.reach);
        });
      },
    ),
    { numRuns: 100 },
  );
});
