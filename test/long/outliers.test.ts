import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { selectFrac } from '../../src/lowess/select-frac.js';
import { BOUND, golden } from '../lowess/outlier-cases.js';
import { preciseLowess } from '../lowess/precise.js';
import { mulberry32 } from '../lowess/samples.js';

describe('the reference of the property tests, 32 digits', () => {
  it.each(golden.cases)('agrees with 50: $name', (k) => {
    const { fitted, content } = preciseLowess(k.x, k.y, k.frac, k.iterations);
    for (const [j, value] of fitted.entries()) {
      const truth = k.fitted[j] ?? Number.NaN;
      // The file has doubles.
      expect(Math.abs(value - truth)).toBeLessThanOrEqual(
        1e-15 * Math.abs(truth) + 1e-24 * (content[j] ?? 0),
      );
    }
  });
});

const RANGE = 8;

/** Lengths with ties and a thin tail; rewards of standard deviation 1, in an offset. */
function ordinarySamples(n: number, random: () => number, offset: number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const x = Float64Array.from({ length: n }, () => Math.max(20, Math.round(Math.exp(6 + 0.8 * normal()))));
  return { x, y: x.map((value) => offset + Math.log1p(value / 300) + normal()) };
}

/** Where outliers lie. */
const placesArbitrary = fc.constantFrom('anywhere', 'shortest', 'longest', 'cluster', 'one length');
/** How large they are, in standard deviations; of one sign or both. */
const sizeArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 38 }).map((power) => () => 10 ** power),
  fc.integer({ min: 1, max: 38 }).map((power) => (k: number) => (k % 2 === 0 ? 1 : -1) * 10 ** power),
  fc.constant(() => -3.4028234663852886e38),
  fc.constant((k: number) => [1e12, 1e30, -1e5, 3.4e38, 1e5, 1e200, 1e5][k % 7] ?? 0),
);

function placesOf(where: string, x: Float64Array, count: number, random: () => number): number[] {
  const order = Array.from(x, (_, i) => i).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  if (where === 'shortest') return order.slice(0, count);
  if (where === 'longest') return order.slice(-count);
  const start = Math.floor(random() * (x.length - count));
  if (where === 'cluster') return order.slice(start, start + count);
  if (where === 'one length') return order.filter((i) => x[i] === x[order[start] ?? 0]).slice(0, count);
  return Array.from({ length: count }, () => Math.floor(random() * x.length));
}

describe('outliers, up to one in a hundred, of any size', () => {
  it('leave every value of the curve the digits of its own window', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(150, 400, 900),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        placesArbitrary,
        sizeArbitrary,
        fc.constantFrom(0, 0, 1000, -1e6),
        (seed, n, frac, iterations, where, sizeOf, offset) => {
          const random = mulberry32(seed);
          const { x, y } = ordinarySamples(n, random, offset);
          const count = 1 + Math.floor(random() * (n / 100));
          const places = placesOf(where, x, count, random);
          places.forEach((i, k) => {
            y[i] = sizeOf(k);
          });
          const precise = preciseLowess(x, y, frac, iterations);
          if (precise.isClose) return;
          const fit = lowess(x, y, { frac, iterations, standardErrors: true });
          expect(Array.from(fit.x)).toEqual(precise.x);
          const replaced = new Set(places);
          const lengths = new Set(Array.from(x).filter((_, i) => !replaced.has(i)));
          for (const [j, value] of fit.fitted.entries()) {
            // Where there are outliers alone, their own value is not followed.
            if (!lengths.has(fit.x[j] ?? 0)) continue;
            const distance = Math.abs(value - (precise.fitted[j] ?? Number.NaN));
            // An offset costs every double its digits: the content of an ordinary window is its size.
            const content = Math.max(RANGE, precise.content[j] ?? 0);
            expect(distance / content).toBeLessThanOrEqual(BOUND);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave the choice of frac to what the candidates predict', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 3 }), sizeArbitrary, (seed, iterations, sizeOf) => {
        const random = mulberry32(seed);
        const { x, y } = ordinarySamples(200, random, 0);
        placesOf('anywhere', x, 2, random).forEach((i, k) => {
          y[i] = sizeOf(k);
        });
        const candidates = [0.2, 0.5, 0.9];
        const truths = candidates.map((frac) => preciseLowess(x, y, frac, iterations));
        if (truths.some(({ isClose }) => isClose)) return;
        const losses = truths.map(({ leaveOneOut }) => leaveOneOut);
        const [least = 0, second = 0] = losses.slice().sort((a, b) => a - b);
        if (second - least < 1e-9 * Math.max(1, ...losses.map(Math.abs))) return;
        expect(selectFrac(x, y, { iterations, candidates }).frac).toBe(candidates[losses.indexOf(least)]);
      }),
      { numRuns: 40 },
    );
  });
});
