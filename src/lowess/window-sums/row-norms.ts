import type { Smoother } from '../smoother.js';
import { tricubeAt } from '../windows.js';
import { BLOCK } from './blocks.js';
import type { DirectRuns } from './line-sums.js';
import { LEAF, type TreeGeometry } from './moments.js';
import {
  type AddNode,
  CORE,
  directRuns,
  gatherRuns,
  LEFT,
  listDirectRuns,
  RIGHT,
  type SharedRuns,
  sharedRuns,
} from './shared-runs.js';

/** Powers 0 … 20 of z: t² has degree 18, and the norm needs it times u². */
const POWERS = 21;

/** Coefficients of t². */
const COEFFICIENTS = 19;

/** Below this share of the terms too many digits have cancelled, as in `hasDigits` of the lines. */
const LEAST_SHARE = 1e-4;

/** Σ t² S u^k, k = 0, 1, 2, over a window. */
interface NormSums {
  s0: number;
  s1: number;
  s2: number;
}

/**
 * Squared norms of the rows of the smoother: row i gives a sample of group j with robustness weight r the
 * factor t · r · (level_i + tilt_i · u), t = tricube(|u|), u = (x_j - x_i) / radius_i (see Line). So with
 * S_j = Σ r² over the group the squared norm is Σ_j t² S_j (level + tilt · u)²: three sums Σ t² S u^k, k = 0,
 * 1, 2, over the window.
 *
 * They are summed like those of the lines: the shared part of a block from moments, the rest directly.
 */
export function squaredRowNorms(
  smoother: Smoother,
  squares: Float64Array,
  levels: Float64Array,
  tilts: Float64Array,
): Float64Array {
  const { x, windows, blocks, tree } = smoother;
  const addNode = nodesOf(squareMoments(tree, x, squares), tree);
  const runs = sharedRuns(POWERS);
  const direct = directRuns();
  const norms = new Float64Array(x.length);
  const sums: NormSums = { s0: 0, s1: 0, s2: 0 };
  let shared = 0;
  for (let i = 0; i < x.length; i++) {
    if (i % BLOCK === 0) shared = gatherRuns(x, blocks, i / BLOCK, tree, addNode, runs);
    listDirectRuns(runs.bounds, windows.first[i], windows.end[i], direct);
    sumDirectly(sums, smoother, squares, i, direct);
    addShared(sums, runs, x[i], 1 / windows.radius[i]);
    norms[i] = normOf(sums, levels[i], tilts[i]);
    if (hasDigits(sums, shared, norms[i], levels[i], tilts[i])) continue;
    direct.bounds[0] = windows.first[i];
    direct.bounds[1] = windows.end[i];
    direct.count = 1;
    sumDirectly(sums, smoother, squares, i, direct);
    norms[i] = normOf(sums, levels[i], tilts[i]);
  }
  return norms;
}

/** Moments Σ S z^p of every node of the tree, POWERS a node, with its own centre and half-width. */
function squareMoments(tree: TreeGeometry, x: Float64Array, squares: Float64Array): Float64Array {
  const { size, centre, halfWidth } = tree;
  const moments = new Float64Array(2 * size * POWERS);
  for (let j = 0; j < x.length; j++) {
    const leaf = size + Math.floor(j / LEAF);
    const z = (x[j] - centre[leaf]) / halfWidth[leaf];
    let power = squares[j];
    for (let p = 0; p < POWERS; p++, power *= z) moments[leaf * POWERS + p] += power;
  }
  const addNode = nodesOf(moments, tree);
  for (let node = 2 * size - 1; node > 1; node--) {
    const above = node >> 1;
    if (moments[node * POWERS] > 0) addNode(node, moments, above * POWERS, centre[above], halfWidth[above]);
  }
  return moments;
}

/**
 * Adds a node's moments about another centre: scaled by α^p, then Pascal's triangle in place, as
 * `addShifted`.
 */
function nodesOf(moments: Float64Array, tree: TreeGeometry): AddNode {
  const moved = new Float64Array(POWERS);
  return (node, into, at, centre, halfWidth) => {
    const alpha = tree.halfWidth[node] / halfWidth;
    const beta = (tree.centre[node] - centre) / halfWidth;
    for (let p = 0, scale = 1; p < POWERS; p++, scale *= alpha) moved[p] = scale * moments[node * POWERS + p];
    for (let row = 1; row < POWERS; row++) {
      for (let p = POWERS - 1; p >= row; p--) moved[p] += beta * moved[p - 1];
    }
    for (let p = 0; p < POWERS; p++) into[at + p] += moved[p];
  };
}

/** Sets the sums to those of the groups of `runs`, each with its own t². */
function sumDirectly(
  sums: NormSums,
  { x, windows }: Smoother,
  squares: Float64Array,
  i: number,
  runs: DirectRuns,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  const scale = windows.radius[i] > 0 ? 1 / windows.radius[i] : 0;
  for (let r = 0; r < runs.count; r++) {
    for (let j = runs.bounds[2 * r]; j < runs.bounds[2 * r + 1]; j++) {
      const tricube = tricubeAt(x, windows, i, j);
      const u = (x[j] - x[i]) * scale;
      const square = tricube * tricube * squares[j];
      s0 += square;
      s1 += square * u;
      s2 += square * u * u;
    }
  }
  sums.s0 = s0;
  sums.s1 = s1;
  sums.s2 = s2;
}

/** Adds the shared runs to the sums about x = `at`; `scale` is 1 / radius. */
function addShared(sums: NormSums, runs: SharedRuns, at: number, scale: number): void {
  const { bounds, centre, halfWidth } = runs;
  for (const [run, side] of SIDES) {
    if (bounds[2 * run] === bounds[2 * run + 1]) continue;
    const alpha = side * halfWidth[run] * scale;
    const beta = side * (centre[run] - at) * scale;
    addSide(sums, runs.moments, run * POWERS, alpha, beta, side);
  }
  if (bounds[2 * CORE] === bounds[2 * CORE + 1]) return;
  const alpha = halfWidth[CORE] * scale;
  const beta = (centre[CORE] - at) * scale;
  const m0 = runs.moments[CORE * POWERS];
  const m1 = runs.moments[CORE * POWERS + 1];
  const m2 = runs.moments[CORE * POWERS + 2];
  sums.s0 += m0;
  sums.s1 += alpha * m1 + beta * m0;
  sums.s2 += alpha * alpha * m2 + 2 * alpha * beta * m1 + beta * beta * m0;
}

const SIDES = [
  [LEFT, -1],
  [RIGHT, 1],
] as const;

const coefficients = new Float64Array(COEFFICIENTS);

/** Adds a run on one side of x, |u| = αz + β, from its moments: dot products with the coefficients of t². */
function addSide(
  sums: NormSums,
  moments: Float64Array,
  from: number,
  alpha: number,
  beta: number,
  side: number,
): void {
  squaredTricube(alpha, beta);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let p = 0; p < COEFFICIENTS; p++) {
    s0 += coefficients[p] * moments[from + p];
    s1 += coefficients[p] * moments[from + p + 1];
    s2 += coefficients[p] * moments[from + p + 2];
  }
  sums.s0 += s0;
  sums.s1 += side * (alpha * s1 + beta * s0);
  sums.s2 += alpha * alpha * s2 + 2 * alpha * beta * s1 + beta * beta * s0;
}

const cubic = new Float64Array(4);
const sixth = new Float64Array(7);
const ninth = new Float64Array(10);

/** Sets `coefficients` to those of t² = (1 - (αz + β)³)⁶ in z. */
function squaredTricube(alpha: number, beta: number): void {
  cubic[0] = 1 - beta * beta * beta;
  cubic[1] = -3 * alpha * beta * beta;
  cubic[2] = -3 * alpha * alpha * beta;
  cubic[3] = -alpha * alpha * alpha;
  multiply(cubic, cubic, sixth);
  multiply(sixth, cubic, ninth);
  multiply(ninth, ninth, coefficients);
}

function multiply(a: Float64Array, b: Float64Array, product: Float64Array): void {
  product.fill(0);
  for (let p = 0; p < a.length; p++) {
    for (let q = 0; q < b.length; q++) product[p + q] += a[p] * b[q];
  }
}

function normOf({ s0, s1, s2 }: NormSums, level: number, tilt: number): number {
  return level * level * s0 + 2 * level * tilt * s1 + tilt * tilt * s2;
}

/** Whether the norm is accurate although moments of total weight `shared` were used. */
function hasDigits({ s0, s2 }: NormSums, shared: number, norm: number, level: number, tilt: number): boolean {
  if (shared === 0) return true;
  if (!(s0 > LEAST_SHARE * shared)) return false;
  return norm > LEAST_SHARE * (level * level * s0 + tilt * tilt * s2);
}
