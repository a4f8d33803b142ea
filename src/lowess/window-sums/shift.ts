/** Powers 0 … 11. */
export const POWERS = 12;

/** Adds weight · z^p, p = 0 … 11, to the moments at `at`. Written out for speed, as `addShifted`. */
export function addPowers(into: Float64Array, at: number, weight: number, z: number): void {
  const z2 = z * z;
  const z4 = z2 * z2;
  const w1 = weight * z;
  const w2 = weight * z2;
  const w3 = w1 * z2;
  const w4 = weight * z4;
  const w5 = w1 * z4;
  const w6 = w2 * z4;
  const w7 = w3 * z4;
  into[at] += weight;
  into[at + 1] += w1;
  into[at + 2] += w2;
  into[at + 3] += w3;
  into[at + 4] += w4;
  into[at + 5] += w5;
  into[at + 6] += w6;
  into[at + 7] += w7;
  into[at + 8] += w4 * z4;
  into[at + 9] += w5 * z4;
  into[at + 10] += w6 * z4;
  into[at + 11] += w7 * z4;
}

/**
 * Adds moments, moved to another centre and half-width, to `into` at `at`: POWERS moments from `source` at
 * `from` about z become moments about z' = αz + β, which are Σ_u C(p, u) α^u β^(p - u) · (moment u).
 *
 * Each moment is scaled by α^u, then Pascal's triangle run in place: row by row, every moment from the last
 * to the row's own takes β times the one before it. A block within the new one has |α| + |β| ≤ 1, so nothing
 * grows. Written out, since twelve local numbers stay in registers: three times as fast as the loop over an
 * array.
 */
export function addShifted(
  source: Float64Array,
  from: number,
  into: Float64Array,
  at: number,
  alpha: number,
  beta: number,
): void {
  const alpha2 = alpha * alpha;
  const alpha3 = alpha2 * alpha;
  const alpha4 = alpha2 * alpha2;
  const alpha5 = alpha4 * alpha;
  const alpha6 = alpha4 * alpha2;
  const alpha7 = alpha4 * alpha3;
  const alpha8 = alpha4 * alpha4;
  const m0 = source[from];
  let m1 = source[from + 1] * alpha;
  let m2 = source[from + 2] * alpha2;
  let m3 = source[from + 3] * alpha3;
  let m4 = source[from + 4] * alpha4;
  let m5 = source[from + 5] * alpha5;
  let m6 = source[from + 6] * alpha6;
  let m7 = source[from + 7] * alpha7;
  let m8 = source[from + 8] * alpha8;
  let m9 = source[from + 9] * alpha8 * alpha;
  let m10 = source[from + 10] * alpha8 * alpha2;
  let m11 = source[from + 11] * alpha8 * alpha3;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m5 += beta * m4;
  m4 += beta * m3;
  m3 += beta * m2;
  m2 += beta * m1;
  m1 += beta * m0;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m5 += beta * m4;
  m4 += beta * m3;
  m3 += beta * m2;
  m2 += beta * m1;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m5 += beta * m4;
  m4 += beta * m3;
  m3 += beta * m2;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m5 += beta * m4;
  m4 += beta * m3;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m5 += beta * m4;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m6 += beta * m5;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m7 += beta * m6;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m8 += beta * m7;
  m11 += beta * m10;
  m10 += beta * m9;
  m9 += beta * m8;
  m11 += beta * m10;
  m10 += beta * m9;
  m11 += beta * m10;
  into[at] += m0;
  into[at + 1] += m1;
  into[at + 2] += m2;
  into[at + 3] += m3;
  into[at + 4] += m4;
  into[at + 5] += m5;
  into[at + 6] += m6;
  into[at + 7] += m7;
  into[at + 8] += m8;
  into[at + 9] += m9;
  into[at + 10] += m10;
  into[at + 11] += m11;
}
