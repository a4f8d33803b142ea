import { guessByProbing, guessFrom, type ResidualScale, residualScale, selectionRoom } from './residuals.js';
import { type GroupSums, isNegligible, plainSums, reweigh, type WeighedBy } from './robustness.js';
import { fitLines, type Smoother } from './smoother.js';
import { copiedY, interpolateBetween } from './stops.js';
import type { TiedSamples } from './ties.js';

/** A fit as the iterations leave it, y about its centre. */
export interface RobustFit {
  /** The fitted value at each distinct x, less the centre of y. */
  readonly fitted: Float64Array;
  /** The sums over each group with the robustness weights of the last pass. */
  readonly sums: GroupSums;
  /** The scale of the last pass's residuals. */
  readonly scale: ResidualScale;
  /** The scale that the robustness weights of the last pass stem from; undefined where they all are 1. */
  readonly weighedBy: WeighedBy | undefined;
  /** 1 - mean robustness weight of the last pass. */
  readonly weightRemoved: number;
}

/** The rows of the smoother matrix in the last pass of a fit, see `Line`. */
export interface SmootherRows {
  /** Infinite where the curve copies a sample for want of weight. */
  readonly levels: Float64Array;
  readonly tilts: Float64Array;
  /** Σ (robustness weight)² of each group. */
  readonly squares: Float64Array;
}

/** Room for the rows of m distinct x. */
export function smootherRows(m: number): SmootherRows {
  return { levels: new Float64Array(m), tilts: new Float64Array(m), squares: new Float64Array(m) };
}

/**
 * Fits all lines, then `iterations` times weighs the samples by their residuals and fits all lines anew;
 * stops early where the residuals are as good as zero, as R's `clowess`. `delta` is the one that the smoother
 * was prepared with. Where a residual overflows, no value of the curve is a number.
 *
 * @param rows gets the smoother's rows of the last pass.
 */
export function robustFit(
  samples: TiedSamples,
  smoother: Smoother,
  iterations: number,
  delta: number,
  rows?: SmootherRows,
): RobustFit {
  const n = samples.y.length;
  const room = selectionRoom(n);
  const sums = plainSums(samples);
  const copied: number[] = [];
  rows?.squares.set(sums.weight);
  let fitted = fitCurve(samples, smoother, sums, delta, copied, rows);
  let scale = residualScale(samples, fitted, guessByProbing(samples, fitted), room);
  let weightRemoved = 0;
  let weighedBy: WeighedBy | undefined;
  for (let t = 0; t < iterations && !isNegligible(scale, samples); t++) {
    weightRemoved = 1 - reweigh(samples, fitted, scale, sums, rows?.squares) / n;
    weighedBy = { fitted, scale };
    fitted = fitCurve(samples, smoother, sums, delta, copied, rows);
    scale = residualScale(samples, fitted, guessFrom(scale), room);
  }
  if (copied.length > 0) {
    bridge(samples.x, smoother.stops, fitted, copied);
    interpolateBetween(samples.x, smoother.stops, fitted);
  }
  if (Number.isNaN(scale.mean)) fitted.fill(Number.NaN);
  return { fitted, sums, scale, weighedBy, weightRemoved };
}

/**
 * Continues the curve over stops of far samples alone, in windows without weight: R copies the sample, and
 * the curve would lead to it from both sides. Linear between the stops beside them, level at the ends.
 */
function bridge(x: Float64Array, stops: Int32Array, fitted: Float64Array, copied: readonly number[]): void {
  const isCopied = new Set(copied);
  const known = Array.from(stops).filter((stop) => !isCopied.has(stop));
  if (known.length === 0) return;
  let next = 0;
  for (const i of copied) {
    while (next < known.length && known[next] < i) next++;
    const after = known[Math.min(next, known.length - 1)];
    const before = next === 0 ? after : known[next - 1];
    const share = after === before ? 0 : (x[i] - x[before]) / (x[after] - x[before]);
    fitted[i] = fitted[before] + share * (fitted[after] - fitted[before]);
  }
}

/** @param copied gets the stops whose value is that of a far sample, copied for want of weight. */
function fitCurve(
  samples: TiedSamples,
  smoother: Smoother,
  sums: GroupSums,
  delta: number,
  copied: number[],
  rows: SmootherRows | undefined,
): Float64Array {
  const fitted = new Float64Array(samples.x.length);
  copied.length = 0;
  fitLines(smoother, sums, (i, line) => {
    if (line.level < Number.POSITIVE_INFINITY) fitted[i] = line.value;
    else {
      fitted[i] = copiedY(samples, smoother.stops, i, delta);
      if (Math.abs(fitted[i]) > samples.limit) copied.push(i);
    }
    if (rows === undefined) return;
    rows.levels[i] = line.level;
    rows.tilts[i] = line.tilt;
  });
  if (smoother.stops.length < fitted.length) interpolateBetween(samples.x, smoother.stops, fitted);
  return fitted;
}
