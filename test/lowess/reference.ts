/**
 * R rounds a weight at 0.1 % of its reach up to 1 and one at 99.9 % down to 0, and takes the mean of the ties
 * where a window has no width; statsmodels rounds nothing and copies the first of them.
 */
export type LowessRules = 'R' | 'statsmodels';

const ROUNDED = { R: { near: 0.001, far: 0.999 }, statsmodels: { near: 0, far: 1 } };

export interface Reference {
  /** The samples' x, ascending. */
  x: number[];
  /** The samples' y, in that order. */
  y: number[];
  fitted: number[];
  /** Row i: what each sample's y contributes to fitted[i]. */
  matrix: number[][];
  /** The robustness weights of the last pass. */
  weights: number[];
  /**
   * The least 6 · median |residual| that weighed anything, relative to the greatest |y|: below 1e-9 it is all
   * rounding.
   */
  leastWidth: number;
}

/**
 * LOWESS by its per-sample definition, slow and plain, for tests: every window and every weight of Cleveland
 * (1979) with R's rules or statsmodels', and the smoother matrix itself. Nothing here is shared with
 * src/lowess.
 */
export function referenceLowess(
  x: Float64Array,
  y: Float64Array,
  frac: number,
  iterations: number,
  rules: LowessRules = 'R',
): Reference {
  const order = Array.from(x, (_, i) => i).sort((a, b) => at(x, a) - at(x, b) || a - b);
  const xs = order.map((i) => at(x, i));
  const ys = order.map((i) => at(y, i));
  const n = xs.length;
  const { near, far } = ROUNDED[rules];
  const size = Math.max(...ys.map(Math.abs)) || 1;
  let weights = xs.map(() => 1);
  let leastWidth = Number.POSITIVE_INFINITY;
  for (let pass = 0; ; pass++) {
    const matrix = xs.map((_, i) => smootherRow(xs, weights, i, { frac, rules }));
    const fitted = matrix.map((row) => row.reduce((sum, l, i) => sum + l * at(ys, i), 0));
    const sizes = ys.map((value, i) => Math.abs(value - at(fitted, i)));
    const sorted = sizes.slice().sort((a, b) => a - b);
    const width = 3 * (at(sorted, n >> 1) + at(sorted, (n - 1) >> 1));
    if (pass === iterations || width < (1e-7 * sizes.reduce((a, b) => a + b)) / n) {
      return { x: xs, y: ys, fitted, matrix, weights, leastWidth };
    }
    leastWidth = Math.min(leastWidth, width / size);
    weights = sizes.map((s) => (s <= near * width ? 1 : s > far * width ? 0 : (1 - (s / width) ** 2) ** 2));
  }
}

/**
 * What each sample's y contributes to the curve at the i-th x; `slope` says whether the line has one, instead
 * of the spread of its samples.
 */
export function smootherRow(
  x: number[],
  robustness: number[],
  i: number,
  { frac, rules, slope }: { frac: number; rules: LowessRules; slope?: boolean },
): number[] {
  const n = x.length;
  const { near, far } = ROUNDED[rules];
  const k = Math.min(n, Math.max(2, Math.floor(frac * n + 1e-7)));
  const here = at(x, i);
  let left = 0;
  while (left + k < n && here - at(x, left) > at(x, left + k) - here) left++;
  const radius = Math.max(here - at(x, left), at(x, left + k - 1) - here);
  if (radius === 0 && rules === 'statsmodels') return x.map((_, j) => (j === x.indexOf(here) ? 1 : 0));
  const w = x.map((value, j) => {
    const distance = Math.abs(value - here);
    if (value < at(x, left) || distance > far * radius) return 0;
    const tricube = distance <= near * radius ? 1 : (1 - (distance / radius) ** 3) ** 3;
    return tricube * at(robustness, j);
  });
  const total = w.reduce((a, b) => a + b);
  if (total <= 0) return x.map((_, j) => (j === x.indexOf(here) ? 1 : 0));
  const mean = w.reduce((sum, v, j) => sum + v * (at(x, j) - here), 0) / total;
  const spread = w.reduce((sum, v, j) => sum + v * (at(x, j) - here - mean) ** 2, 0) / total;
  const sloped = slope ?? (radius > 0 && Math.sqrt(spread) > 0.001 * (at(x, n - 1) - at(x, 0)));
  const lever = sloped ? -mean / spread : 0;
  return w.map((v, j) => (v / total) * (1 + lever * (at(x, j) - here - mean)));
}

function at(values: ArrayLike<number>, i: number): number {
  return Number(values[i]);
}
