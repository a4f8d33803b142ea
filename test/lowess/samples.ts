import fc from 'fast-check';

export interface Samples {
  x: Float64Array;
  y: Float64Array;
}

/**
 * x in the shapes that matter: whole with many ties, whole with a huge offset, reals, tight clusters far
 * apart.
 */
const xArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 20, max: 8000 }),
);

const realArbitrary = fc.double({ min: -100, max: 100, noNaN: true }).map((value) => Math.fround(value));

const clusterArbitrary = fc
  .tuple(fc.constantFrom(0, 1000, 1003, 50_000), fc.integer({ min: 0, max: 256 }))
  .map(([centre, step]) => centre + step / 128);

const offsetArbitrary = fc.integer({ min: 0, max: 300 }).map((value) => 1_000_000 + value);

const yArbitrary = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 128);

function samplesWith(x: fc.Arbitrary<number>): fc.Arbitrary<Samples> {
  return fc.array(fc.tuple(x, yArbitrary), { minLength: 1, maxLength: 300 }).map((rows) => ({
    x: Float64Array.from(rows, (row) => row[0]),
    y: Float64Array.from(rows, (row) => row[1]),
  }));
}

/** Samples (x, y) of every shape of x, up to 300 of them, |y| < 8 in steps of 1/128. */
export const samplesArbitrary: fc.Arbitrary<Samples> = fc.oneof(
  samplesWith(xArbitrary),
  samplesWith(realArbitrary),
  samplesWith(clusterArbitrary),
  samplesWith(offsetArbitrary),
);

/**
 * n lognormal lengths of 20 to 8,000 and rewards that saturate with length, with noise and 3% outliers; drawn
 * from a seed.
 */
export function lengthsAndRewards(n: number, seed: number): Samples {
  const uniform = mulberry32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const length = Math.min(8000, Math.max(20, Math.round(Math.exp(6.5 + 0.8 * normal()))));
    x[i] = length;
    y[i] = 2 * Math.log1p(length / 300) + normal() + (uniform() < 0.03 ? 4 : 0);
  }
  return { x, y };
}

/** Tommy Ettinger's 32-bit generator: uniform in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
