import { spearman } from '../statistics/correlation.js';
import type { RawAndCalibrated } from './win-rate.js';

/**
 * An accepted measure of a generator's quality: a length-controlled win rate, an Elo of Chatbot Arena. Higher
 * is better.
 */
export interface ReferenceScore {
  readonly generator: string;
  readonly score: number;
}

/**
 * How well the order of the generators agrees with the reference; null where undefined (fewer than 2, or all
 * equal).
 */
export interface Agreement {
  /** Generators that have both a win rate and a reference score: the only ones that count here. */
  readonly compared: number;
  readonly spearman: RawAndCalibrated<number | null>;
  readonly kendall: RawAndCalibrated<number | null>;
}

/**
 * Kendall's τ-b of two columns of equal length: (C − D) / √((N − T_x)(N − T_y)) over the N = n (n − 1) / 2
 * pairs, of which C are in the same order in both columns, D in opposite order, T_x tied in x and T_y tied in
 * y. The same as scipy's `kendalltau`. Null where a column is constant or shorter than 2. Costs O(n²): meant
 * for generators, not for samples.
 *
 * Source: Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945), 239-251.
 */
export function kendallTauB(x: Float64Array, y: Float64Array): number | null {
  let difference = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const signX = orderOf(x[i], x[j]);
      const signY = orderOf(y[i], y[j]);
      difference += signX * signY;
      untiedX += signX * signX;
      untiedY += signY * signY;
    }
  }
  if (untiedX === 0 || untiedY === 0) return null;
  // Rounding may take a perfect agreement a unit in the last place beyond 1.
  return Math.max(-1, Math.min(1, difference / (Math.sqrt(untiedX) * Math.sqrt(untiedY))));
}

/** −1, 0 or 1. Not the sign of a difference, which may underflow. */
function orderOf(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}

/**
 * Spearman's ρ and Kendall's τ-b of win rates and reference scores, over the generators that have both.
 *
 * @param generators names, each once.
 * @param rates the win rate of each of them.
 * @param reference each generator at most once; others than `generators` are ignored.
 */
export function agreementWith(
  reference: readonly ReferenceScore[],
  generators: readonly string[],
  rates: readonly RawAndCalibrated<number>[],
): Agreement {
  const rateOf = new Map(generators.map((generator, i) => [generator, rates[i]]));
  const compared = reference.flatMap(({ generator, score }) => {
    const rate = rateOf.get(generator);
    return rate === undefined ? [] : [{ score, ...rate }];
  });
  const score = Float64Array.from(compared, (each) => each.score);
  const both = (correlate: (x: Float64Array, y: Float64Array) => number | null) => ({
    raw: correlate(
      Float64Array.from(compared, ({ raw }) => raw),
      score,
    ),
    calibrated: correlate(
      Float64Array.from(compared, ({ calibrated }) => calibrated),
      score,
    ),
  });
  return { compared: compared.length, spearman: both(spearman), kendall: both(kendallTauB) };
}
