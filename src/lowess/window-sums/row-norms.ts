import type { SmootherRows } from '../robust-fit.js';
import type { Smoother } from '../smoother.js';
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
import { setTricube, TRICUBE_COEFFICIENTS } from './tricube.js';

/** Powers 0 … 20 of z: a row has degree 10 on either side of x, and its square 20. */
const POWERS = 21;

/**
 * Moments carry an error of some 1e-15 of what a sample of greatest factor would add. Where the norm is below
 * this share of that, digits are missing, as in `hasDigits` of the lines.
 */
const LEAST_SHARE = 1e-4;

/** A row of the smoother at one x: the factors level and tilt of `Line`. */
interface Row {
  readonly level: number;
  readonly tilt: number;
}

/**
 * Squared norms of the rows of the smoother: row i gives a sample of group j with robustness weight r the
 * factor t · r · (level_i + tilt_i · u), t = tricube(|u|), u = (x_j - x_i) / radius_i (see Line). So with
 * S_j = Σ r² over the group the squared norm is Σ_j S_j (t · (level + tilt · u))² over the window; 1 where
 * the curve copies a sample.
 *
 * They are summed like those of the lines: the shared part of a block from moments, the rest directly.
 */
export function squaredRowNorms(smoother: Smoother, { levels, tilts, squares }: SmootherRows): Float64Array {
  const { x, windows, blocks, tree } = smoother;
  const addNode = nodesOf(squareMoments(tree, x, squares), tree);
  const runs = sharedRuns(POWERS);
  const direct = directRuns();
  const norms = new Float64Array(x.length);
  let shared = 0;
  for (let i = 0; i < x.length; i++) {
    if (i % BLOCK === 0) shared = gatherRuns(x, blocks, i / BLOCK, tree, addNode, runs);
    const row = { level: levels[i], tilt: tilts[i] };
    if (row.level === Number.POSITIVE_INFINITY) {
      norms[i] = 1;
      continue;
    }
    listDirectRuns(runs.bounds, windows.first[i], windows.end[i], direct);
    norms[i] = directNorm(smoother, squares, i, row, direct) + sharedNorm(runs, x[i], windows.radius[i], row);
    if (hasDigits(norms[i], shared, row)) continue;
    direct.bounds[0] = windows.first[i];
    direct.bounds[1] = windows.end[i];
    direct.count = 1;
    norms[i] = directNorm(smoother, squares, i, row, direct);
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
 * `addShifted`, two of its rows at a time.
 */
function nodesOf(moments: Float64Array, tree: TreeGeometry): AddNode {
  const moved = new Float64Array(POWERS);
  return (node, into, at, centre, halfWidth) => {
    const alpha = tree.halfWidth[node] / halfWidth;
    const beta = (tree.centre[node] - centre) / halfWidth;
    for (let p = 0, scale = 1; p < POWERS; p++, scale *= alpha) moved[p] = scale * moments[node * POWERS + p];
    for (let row = 1; row < POWERS; row += 2) {
      let before = moved[row];
      let onceBefore = before + beta * moved[row - 1];
      moved[row] = onceBefore;
      for (let p = row + 1; p < POWERS; p++) {
        const own = moved[p];
        const once = own + beta * before;
        moved[p] = once + beta * onceBefore;
        before = own;
        onceBefore = once;
      }
    }
    for (let p = 0; p < POWERS; p++) into[at + p] += moved[p];
  };
}

/** The part of the i-th norm over the groups of `runs`, each with its own tricube. */
function directNorm(
  { x, windows }: Smoother,
  squares: Float64Array,
  i: number,
  { level, tilt }: Row,
  runs: DirectRuns,
): number {
  const at = x[i];
  const radius = windows.radius[i];
  const coreFirst = windows.coreFirst[i];
  const coreEnd = windows.coreEnd[i];
  let norm = 0;
  for (let r = 0; r < runs.count; r++) {
    const to = runs.bounds[2 * r + 1];
    for (let j = runs.bounds[2 * r]; j < to; j++) {
      // A window of radius 0 holds its own x alone.
      const u = radius > 0 ? (x[j] - at) / radius : 0;
      const v = j >= coreFirst && j < coreEnd ? 1 : 1 - Math.abs(u) * u * u;
      const factor = v * v * v * (level + tilt * u);
      norm += squares[j] * factor * factor;
    }
  }
  return norm;
}

/** The part of a norm over the runs that the windows share, about x = `at`. */
function sharedNorm(
  { bounds, centre, halfWidth, moments }: SharedRuns,
  at: number,
  radius: number,
  row: Row,
): number {
  let norm = 0;
  if (bounds[2 * LEFT] < bounds[2 * LEFT + 1])
    norm += sideNorm(
      moments,
      LEFT * POWERS,
      -halfWidth[LEFT] / radius,
      (at - centre[LEFT]) / radius,
      row,
      -1,
    );
  if (bounds[2 * RIGHT] < bounds[2 * RIGHT + 1])
    norm += sideNorm(
      moments,
      RIGHT * POWERS,
      halfWidth[RIGHT] / radius,
      (centre[RIGHT] - at) / radius,
      row,
      1,
    );
  if (bounds[2 * CORE] === bounds[2 * CORE + 1]) return norm;
  const r0 = row.level + (row.tilt * (centre[CORE] - at)) / radius;
  const r1 = (row.tilt * halfWidth[CORE]) / radius;
  const m = CORE * POWERS;
  return norm + r0 * r0 * moments[m] + 2 * r0 * r1 * moments[m + 1] + r1 * r1 * moments[m + 2];
}

const tricube = new Float64Array(TRICUBE_COEFFICIENTS);
const row = new Float64Array(TRICUBE_COEFFICIENTS + 1);

/**
 * The part over a run on one side of x (`side` is -1 or 1), |u| = αz + β: the row is a polynomial r in z, the
 * tricube's coefficients times level + tilt · u, and the norm Σ S r(z)² is rᵀ M r with M the moments of the
 * powers p + q of z.
 */
function sideNorm(
  moments: Float64Array,
  from: number,
  alpha: number,
  beta: number,
  { level, tilt }: Row,
  side: number,
): number {
  setTricube(tricube, alpha, beta);
  const constant = level + tilt * side * beta;
  const linear = tilt * side * alpha;
  let before = 0;
  for (let p = 0; p < tricube.length; p++) {
    row[p] = constant * tricube[p] + linear * before;
    before = tricube[p];
  }
  row[tricube.length] = linear * before;
  let norm = 0;
  for (let p = 0; p < row.length; p++) {
    const at = from + 2 * p;
    let beyond = 0;
    for (let q = p + 1; q < row.length; q++) beyond += row[q] * moments[at + q - p];
    norm += row[p] * (row[p] * moments[at] + 2 * beyond);
  }
  return norm;
}

/** Whether the norm is accurate although moments of total weight `shared` were used. */
function hasDigits(norm: number, shared: number, { level, tilt }: Row): boolean {
  return shared === 0 || norm > LEAST_SHARE * shared * (level * level + tilt * tilt);
}
