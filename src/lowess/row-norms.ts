import { centreOf, halfWidthOf } from './moments.js';
import { tricubeAt, type Windows } from './windows.js';

/**
 * Squared norms of the rows of the smoother: row i gives a sample of group j with robustness weight r the factor
 * t · r · (level_i + tilt_i · u), t = tricube(|u|), u = (x_j - x_i) / radius_i (see Line). So with S_j = Σ r² over the group the squared norm is
 * Σ_j t² S_j (level + tilt · u)²: three sums Σ t² S u^k, k = 0, 1, 2, over the window.
 *
 * They are summed like those of the lines, by moments of blocks, but once a fit instead of once an iteration, so plainly: the
 * polynomial t² has degree 18, hence moments up to z^20, and every query visits the nodes that cover its window.
 */
export function squaredRowNorms(
  x: Float64Array,
  windows: Windows,
  squares: Float64Array,
  levels: Float64Array,
  tilts: Float64Array,
): Float64Array {
  const tree = squareTree(x, squares);
  const norms = new Float64Array(x.length);
  const sums = new Float64Array(SUMS);
  for (let i = 0; i < x.length; i++) {
    sums.fill(0);
    addRange(sums, tree, windows, i, windows.first[i], windows.coreFirst[i], LEFT);
    addRange(sums, tree, windows, i, windows.coreFirst[i], windows.coreEnd[i], CORE);
    addRange(sums, tree, windows, i, windows.coreEnd[i], windows.end[i], RIGHT);
    let norm = normOf(sums, levels[i], tilts[i]);
    if (!hasDigits(sums, norm, levels[i], tilts[i])) {
      sums.fill(0);
      addGroups(sums, tree, windows, i, windows.first[i], windows.end[i]);
      norm = normOf(sums, levels[i], tilts[i]);
    }
    norms[i] = norm;
  }
  return norms;
}

/** Places of Σ t² S u^k, k = 0, 1, 2, and of the part of Σ S that came from moments. */
const SUMS = 4;
const SHARED = 3;

const LEFT = -1;
const CORE = 0;
const RIGHT = 1;

/** Below this share of what was added up too many digits have cancelled, as in `hasDigits` of the lines. */
const LEAST_SHARE = 1e-4;

/** Powers 0 … 20, and the degree of t² plus one. */
const POWERS = 21;
const COEFFICIENTS = 19;

/** Groups in a leaf: a node costs as much as some 60 groups. */
const LEAF = 32;

interface SquareTree {
  readonly x: Float64Array;
  readonly squares: Float64Array;
  /** Leaves of the complete binary tree; node 1 is the root. */
  readonly size: number;
  readonly centre: Float64Array;
  readonly halfWidth: Float64Array;
  readonly moments: Float64Array;
}

function squareTree(x: Float64Array, squares: Float64Array): SquareTree {
  const m = x.length;
  let size = 1;
  while (size * LEAF < m) size *= 2;
  const centre = new Float64Array(2 * size);
  const halfWidth = new Float64Array(2 * size).fill(1);
  const moments = new Float64Array(2 * size * POWERS);
  for (let level = size, groups = LEAF; level >= 1; level >>= 1, groups *= 2) {
    for (let l = 0; l < level && l * groups < m; l++) {
      const end = Math.min(m, (l + 1) * groups);
      const node = level + l;
      centre[node] = centreOf(x, l * groups, end);
      halfWidth[node] = halfWidthOf(x, l * groups, end);
      for (let j = l * groups; j < end; j++) {
        const z = (x[j] - centre[node]) / halfWidth[node];
        let power = squares[j];
        for (let p = 0; p < POWERS; p++, power *= z) moments[node * POWERS + p] += power;
      }
    }
  }
  return { x, squares, size, centre, halfWidth, moments };
}

/** Adds the groups [from, to), all on one side of x or all in the core: whole leaves by the nodes above them. */
function addRange(
  sums: Float64Array,
  tree: SquareTree,
  windows: Windows,
  i: number,
  from: number,
  to: number,
  side: number,
): void {
  let low = Math.ceil(from / LEAF);
  let high = Math.floor(to / LEAF);
  if (low >= high) {
    addGroups(sums, tree, windows, i, from, to);
    return;
  }
  addGroups(sums, tree, windows, i, from, low * LEAF);
  addGroups(sums, tree, windows, i, high * LEAF, to);
  for (low += tree.size, high += tree.size; low < high; low >>= 1, high >>= 1) {
    if (low & 1) addNode(sums, tree, low++, tree.x[i], windows.radius[i], side);
    if (high & 1) addNode(sums, tree, --high, tree.x[i], windows.radius[i], side);
  }
}

function addGroups(
  sums: Float64Array,
  tree: SquareTree,
  windows: Windows,
  i: number,
  from: number,
  to: number,
): void {
  const { x, squares } = tree;
  for (let j = from; j < to; j++) {
    const tricube = tricubeAt(x, windows, i, j);
    const u = j === i ? 0 : (x[j] - x[i]) / windows.radius[i];
    const square = tricube * tricube * squares[j];
    sums[0] += square;
    sums[1] += square * u;
    sums[2] += square * u * u;
  }
}

const coefficients = new Float64Array(COEFFICIENTS);

function addNode(
  sums: Float64Array,
  tree: SquareTree,
  node: number,
  at: number,
  radius: number,
  side: number,
): void {
  const direction = side === LEFT ? -1 : 1;
  const alpha = (direction * tree.halfWidth[node]) / radius;
  const beta = (direction * (tree.centre[node] - at)) / radius;
  if (side === CORE) coefficients.fill(0)[0] = 1;
  else squaredTricube(coefficients, alpha, beta);
  const from = node * POWERS;
  const moments = tree.moments;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let p = 0; p < COEFFICIENTS; p++) {
    s0 += coefficients[p] * moments[from + p];
    s1 += coefficients[p] * moments[from + p + 1];
    s2 += coefficients[p] * moments[from + p + 2];
  }
  sums[0] += s0;
  sums[1] += direction * (alpha * s1 + beta * s0);
  sums[2] += alpha * alpha * s2 + 2 * alpha * beta * s1 + beta * beta * s0;
  sums[SHARED] += moments[from];
}

/** The coefficients of (1 - (αz + β)³)⁶ in z. */
function squaredTricube(into: Float64Array, alpha: number, beta: number): void {
  const f = [1 - beta ** 3, -3 * alpha * beta * beta, -3 * alpha * alpha * beta, -(alpha ** 3)];
  const cube = product(product(f, f), f);
  into.set(product(cube, cube));
}

function product(a: number[], b: number[]): number[] {
  const result = new Array<number>(a.length + b.length - 1).fill(0);
  for (let p = 0; p < a.length; p++) for (let q = 0; q < b.length; q++) result[p + q] += a[p] * b[q];
  return result;
}

function normOf(sums: Float64Array, level: number, tilt: number): number {
  return level * level * sums[0] + 2 * level * tilt * sums[1] + tilt * tilt * sums[2];
}

function hasDigits(sums: Float64Array, norm: number, level: number, tilt: number): boolean {
  if (sums[SHARED] === 0) return true;
  if (!(sums[0] > LEAST_SHARE * sums[SHARED])) return false;
  return norm > LEAST_SHARE * (level * level * sums[0] + tilt * tilt * sums[2]);
}
