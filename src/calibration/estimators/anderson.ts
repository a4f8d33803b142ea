/** Gives the next point from a point and its image under the map whose fixed point is sought. */
export type Mixing = (point: Float64Array, image: Float64Array) => Float64Array;

/**
 * Added to the diagonal of the normal equations, as a share of their trace: it keeps parallel steps solvable.
 */
const RIDGE = 1e-12;

/**
 * Anderson mixing, which finds the fixed point of a map in far fewer steps than repeating the map: the next
 * point is the image less Σ γₖ · (steps of the image), γ such that the residual image − point, as a linear
 * function of the last `depth` steps, is least in the `weights`. Where the map is linear this is GMRES
 * (Walker and Ni 2011, SIAM J. Numer. Anal. 49, 1715-1735, algorithm AA and theorem 2.2): as many steps as
 * the map has directions in which it shrinks slowly. Where the residual grew twofold or more the memory is
 * dropped and the plain image taken.
 *
 * @param weights of the coordinates, positive.
 */
export function andersonMixing(weights: Float64Array, depth: number): Mixing {
  const residualSteps: Float64Array[] = [];
  const imageSteps: Float64Array[] = [];
  let last: { residual: Float64Array; image: Float64Array } | undefined;
  return (point, image) => {
    const residual = image.map((value, i) => value - point[i]);
    if (last && dot(residual, residual, weights) > 4 * dot(last.residual, last.residual, weights)) {
      residualSteps.length = 0;
      imageSteps.length = 0;
    } else if (last) {
      keep(residualSteps, differenceOf(residual, last.residual), depth);
      keep(imageSteps, differenceOf(image, last.image), depth);
    }
    last = { residual, image: image.slice() };
    const next = image.slice();
    const shares = leastSquares(residualSteps, residual, weights);
    for (let k = 0; k < shares.length; k++) {
      for (let i = 0; i < next.length; i++) next[i] -= shares[k] * imageSteps[k][i];
    }
    return next;
  };
}

function keep(steps: Float64Array[], step: Float64Array, depth: number): void {
  steps.push(step);
  if (steps.length > depth) steps.shift();
}

function differenceOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]);
}

function dot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += weights[i] * a[i] * b[i];
  return sum;
}

/** γ of least Σ weight · (target − Σ γₖ · columnₖ)², by the normal equations; none for no columns. */
function leastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
): number[] {
  const matrix = columns.map((a) => columns.map((b) => dot(a, b, weights)));
  const right = columns.map((a) => dot(a, target, weights));
  const trace = matrix.reduce((sum, row, k) => sum + row[k], 0);
  if (!(trace > 0)) return columns.map(() => 0);
  for (let k = 0; k < matrix.length; k++) matrix[k][k] += RIDGE * trace;
  return solvePositive(matrix, right);
}

/**
 * Solves a positive definite system by elimination, which needs no pivots there. Overwrites both arguments.
 */
function solvePositive(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let k = 0; k < size; k++) {
    for (let row = k + 1; row < size; row++) {
      const share = matrix[row][k] / matrix[k][k];
      for (let column = k; column < size; column++) matrix[row][column] -= share * matrix[k][column];
      right[row] -= share * right[k];
    }
  }
  for (let k = size - 1; k >= 0; k--) {
    for (let column = k + 1; column < size; column++) right[k] -= matrix[k][column] * right[column];
    right[k] /= matrix[k][k];
  }
  return right;
}
