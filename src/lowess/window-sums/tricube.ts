/** Coefficients of the tricube on one side of x: it has degree 9. */
export const TRICUBE_COEFFICIENTS = 10;

/** Sets the coefficients of z^p in the tricube (1 - (αz + β)³)³. Written out for speed, as `addShifted`. */
export function setTricube(t: Float64Array, alpha: number, beta: number): void {
  // f = 1 - (αz + β)³
  const f0 = 1 - beta * beta * beta;
  const f1 = -3 * alpha * beta * beta;
  const f2 = -3 * alpha * alpha * beta;
  const f3 = -alpha * alpha * alpha;
  // g = f²
  const g0 = f0 * f0;
  const g1 = 2 * f0 * f1;
  const g2 = 2 * f0 * f2 + f1 * f1;
  const g3 = 2 * (f0 * f3 + f1 * f2);
  const g4 = 2 * f1 * f3 + f2 * f2;
  const g5 = 2 * f2 * f3;
  const g6 = f3 * f3;
  t[0] = g0 * f0;
  t[1] = g0 * f1 + g1 * f0;
  t[2] = g0 * f2 + g1 * f1 + g2 * f0;
  t[3] = g0 * f3 + g1 * f2 + g2 * f1 + g3 * f0;
  t[4] = g1 * f3 + g2 * f2 + g3 * f1 + g4 * f0;
  t[5] = g2 * f3 + g3 * f2 + g4 * f1 + g5 * f0;
  t[6] = g3 * f3 + g4 * f2 + g5 * f1 + g6 * f0;
  t[7] = g4 * f3 + g5 * f2 + g6 * f1;
  t[8] = g5 * f3 + g6 * f2;
  t[9] = g6 * f3;
}
