import { checkFrac, checkIterations } from './arguments.js';
import { ordinaryOf } from './ordinary.js';
import { type RobustFit, robustFit, smootherRows } from './robust-fit.js';
import { eachWeight } from './robustness.js';
import { prepareSmoother } from './smoother.js';
import { groupTies, type TiedSamples } from './ties.js';

export interface SelectFracOptions {
  /** The values of frac to choose from, each in (0, 1]. By default FRAC_CANDIDATES. */
  candidates?: readonly number[];
  /** Robustness iterations of every fit. */
  iterations: number;
}

export interface FracSelection {
  /** The candidate of least loss; of several, the greatest, which gives the smoothest curve. */
  frac: number;
  /** The loss of every candidate in the order given, in the units of y. */
  losses: FracLoss[];
}

export interface FracLoss {
  frac: number;
  /** mean |y - prediction without the sample itself|. */
  loss: number;
}

/** The default candidates of `selectFrac`. */
export const FRAC_CANDIDATES: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * Chooses frac by leave-one-out cross-validation with absolute loss, which outliers do not dominate (L1
 * cross-validation: Wang and Scott 1994, JASA 89, 65-76).
 *
 * No fit is repeated. With windows and robustness weights held fixed, all other samples predict a sample with
 * the error residual / (1 - h), where h is its leverage, the diagonal of the smoother matrix (Cleveland and
 * Devlin 1988, JASA 83, 596-610). For a sample that alone determines its fitted value, the prediction is the
 * mean of all y. Each candidate costs its fit and a pass over the samples. The same
 * samples always give the same choice.
 *
 * @throws RangeError as `lowess`, and for no candidates.
 */
export function selectFrac(x: Float64Array, y: Float64Array, options: SelectFracOptions): FracSelection {
  const { candidates = FRAC_CANDIDATES, iterations } = options;
  if (candidates.length === 0) throw new RangeError('at least one candidate for frac is needed');
  for (const frac of candidates) checkFrac(frac);
  checkIterations(iterations);
  const samples = groupTies(x, y, ordinaryOf);
  const distance = farDistance(samples);
  const excesses = candidates.map((frac) => ({ frac, excess: excessOf(samples, frac, iterations) }));
  const best = excesses.reduce((a, b) =>
    b.excess < a.excess || (b.excess === a.excess && b.frac > a.frac) ? b : a,
  );
  return {
    frac: best.frac,
    losses: excesses.map(({ frac, excess }) => ({ frac, loss: Math.max(0, excess + distance) })),
  };
}

/** Σ |y - centre| of the far samples ÷ n, which all losses have in common; 0 where none is far. */
function farDistance({ y, limit }: TiedSamples): number {
  return y.reduce((sum, value) => (Math.abs(value) > limit ? sum + Math.abs(value) / y.length : sum), 0);
}

/** The loss less `farDistance`: a huge y that predicts nothing costs the comparison no digits. */
function excessOf(samples: TiedSamples, frac: number, iterations: number): number {
  const smoother = prepareSmoother(samples, frac, 0);
  const rows = smootherRows(samples.x.length);
  const fit = robustFit(samples, smoother, iterations, 0, rows);
  return leaveOneOutExcess(samples, fit, rows.levels);
}

/** A smaller 1 - h is only rounding: the sample is practically alone in its window. */
const LEAST_REST = 1e-6;

/** @param leverage that of a sample of weight 1 at each distinct x; infinite where the curve copies one. */
function leaveOneOutExcess(samples: TiedSamples, fit: RobustFit, leverage: Float64Array): number {
  const { y, limit } = samples;
  const mean = y.reduce((total, value) => total + value / y.length, 0);
  let total = 0;
  const add = (j: number, i: number, weight: number) => {
    const rest = 1 - weight * leverage[j];
    const predicted = rest > LEAST_REST ? fit.fitted[j] : mean;
    const share = rest > LEAST_REST ? rest : 1;
    if (Math.abs(y[i]) > limit) total += beyondDistance(y[i], predicted, share);
    else total += Math.abs(y[i] - predicted) / share;
  };
  if (fit.weighedBy) eachWeight(samples, fit.weighedBy.fitted, fit.weighedBy.scale, add);
  else eachSample(samples, add);
  return total / y.length;
}

/** |y - predicted| / rest - |y|, which is exact where rest is 1 and |y| much the larger. */
function beyondDistance(y: number, predicted: number, rest: number): number {
  const isOnSide = Math.abs(predicted) <= Math.abs(y);
  if (rest === 1 && isOnSide) return y > 0 ? -predicted : predicted;
  return Math.abs(y - predicted) / rest - Math.abs(y);
}

function eachSample(samples: TiedSamples, accept: (j: number, i: number, weight: number) => void): void {
  for (let j = 0; j < samples.x.length; j++) {
    for (let i = samples.starts[j]; i < samples.starts[j + 1]; i++) accept(j, i, 1);
  }
}
