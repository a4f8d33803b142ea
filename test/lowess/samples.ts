import fc from 'fast-check';

export interface Samples {
  x: Float64Array;
  y: Float64Array;
}

/** x in the shapes that matter: whole with many ties, whole with a huge offset, reals, tight clusters far apart. */
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
