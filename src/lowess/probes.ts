/** Values looked at. Their median is within 3% of the column's, by rank, all but once in 100 times. */
const PROBES = 2047;

/**
 * Steps between probes, as a share of the column: the golden ratio, which falls in with no period of the
 * column, so that not every probe hits a far value where every hundredth value is far (Weyl's sequence).
 */
const PROBE_STEP = (Math.sqrt(5) - 1) / 2;

/** Up to 2,047 values of a column, spread over all of it. */
export function probesOf(values: Float64Array): Float64Array {
  const n = values.length;
  if (n <= PROBES) return values.slice();
  const probes = new Float64Array(PROBES);
  for (let p = 0; p < PROBES; p++) probes[p] = values[Math.floor(((PROBE_STEP * (p + 1)) % 1) * n)];
  return probes;
}
