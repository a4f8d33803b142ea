import { AT_LAST_SAMPLE, chooseKnots, interpolate } from './delta.js';
import { type ResidualScale, residualScale } from './residuals.js';
import { type GroupSums, isNegligible, plainSums, reweigh } from './robustness.js';
import { fitLines, prepareSmoother, type Smoother } from './smoother.js';
import type { TiedSamples } from './ties.js';

/** A fit with what its diagnostics need; values of y are less the samples' centre. */
export interface RobustFit {
  readonly samples: TiedSamples;
  readonly smoother: Smoother;
  /** Sums of the weights that the last pass of lines used. */
  readonly sums: GroupSums;
  readonly fitted: Float64Array;
  readonly scale: ResidualScale;
  /** The fit whose residuals gave the robustness weights of the last pass; undefined where none were given. */
  readonly weighedBy: { readonly fitted: Float64Array; readonly scale: ResidualScale } | undefined;
  readonly robustWeightRemoved: number;
}

/** Lines through the samples, and `iterations` times new lines with bisquare weights, unless residuals are negligible. */
export function robustFit(samples: TiedSamples, frac: number, iterations: number, delta: number): RobustFit {
  const n = samples.y.length;
  const smoother = prepareSmoother(samples, frac, chooseKnots(samples.x, delta));
  const sizes = new Float64Array(n);
  const sums = plainSums(samples);
  let fitted = new Float64Array(samples.x.length);
  let previous = new Float64Array(samples.x.length);
  smooth(samples, smoother, sums, fitted);
  let scale = residualScale(samples, fitted, sizes);
  let weighedBy: RobustFit['weighedBy'];
  let robustWeightRemoved = 0;
  for (let t = 0; t < iterations && !isNegligible(scale, samples.halfRange); t++) {
    robustWeightRemoved = 1 - reweigh(samples, fitted, scale, sums) / n;
    [previous, fitted] = [fitted, previous];
    weighedBy = { fitted: previous, scale };
    smooth(samples, smoother, sums, fitted);
    scale = residualScale(samples, fitted, sizes);
  }
  return { samples, smoother, sums, fitted, scale, weighedBy, robustWeightRemoved };
}

/**
 * The fitted value of every distinct x: lines at the knots, interpolation between them. Where every weight is 0 it is
 * y of the group's first sample, or of its last where R's steps of delta lead there.
 */
function smooth(samples: TiedSamples, smoother: Smoother, sums: GroupSums, fitted: Float64Array): void {
  fitLines(smoother, sums, (i, line) => {
    const only = smoother.knots[i] === AT_LAST_SAMPLE ? samples.starts[i + 1] - 1 : samples.starts[i];
    fitted[i] = Number.isFinite(line.level) ? line.value : samples.y[only];
  });
  interpolate(samples.x, smoother.knots, fitted);
}
