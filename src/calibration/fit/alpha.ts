import { rankingOf } from '../statistics/column-ranking.js';
import { correlationOf, thinEvenly } from '../statistics/correlation.js';
import { rankDeviationsOf } from '../statistics/deviations.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';

/** What α is chosen from: 0 … 1.5 by twentieths. */
export const ALPHA_CANDIDATES: readonly number[] = Array.from({ length: 31 }, (_, i) => i / 20);

/**
 * The α that brings the rank correlation of a characteristic and r − α · b̂ nearest to 0; of several the
 * smallest. Where there is no correlation to speak of (a constant column), nothing is removed: 0. Rewards
 * that differ by rounding errors only have none left.
 *
 * @param biases b̂ of each sample.
 */
export function alphaByCorrelation(
  values: Float64Array,
  rewards: Float64Array,
  biases: Float64Array,
): number {
  const x = rankDeviationsOf(rankingOf(thinEvenly(values)));
  const r = thinEvenly(rewards);
  const b = thinEvenly(biases);
  const bound = roundingBound(r, b.map(Math.abs));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const alpha of ALPHA_CANDIDATES) {
    const left = withoutRounding(
      r.map((reward, i) => reward - alpha * b[i]),
      bound,
    );
    const remaining = Math.abs(correlationOf(x, rankDeviationsOf(rankingOf(left))) ?? 0);
    if (remaining < least) {
      least = remaining;
      best = alpha;
    }
  }
  return best;
}
