import { errorFunction } from 'simple-statistics';
import type { BetaDistribution } from '../statistics/beta.js';
import type { AuditedPool } from './audited-pool.js';
import { decidedShare, type Posterior } from './gain-posterior.js';
import type { LabelEvidence } from './label-evidence.js';
import { type Interval, TAILS } from './pool-interval.js';

/**
 * Quantiles that stand for p and for f: more change no end by more than 1 % of the interval's width, also of
 * pools of a million pairs.
 */
const POINTS_OF_P = 128;
const POINTS_OF_F = 16;

/** Halvings of [−1, 1]: to 2⁻³⁰. */
const HALVINGS = 31;

/** A normal distribution. */
interface Normal {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The interval (90 %) of the gain on a new sample of as many pairs, m = N, as a share: p as given the labels,
 * F ~ Beta(D + ½, N − D + ½) · f_eff ÷ f for the share that changes (of which labellers decide as many as of
 * the labels), and given both a normal error,
 *
 *     gain ~ Normal(g, √((F − g²) ÷ m)),   g = F · (2 p − 1).
 *
 * p and F are their quantiles at the middles of 128 and of 16 equal parts of probability, which makes the
 * gain a mixture of normals; the ends are its quantiles. No random numbers: the same counts, the same
 * interval. Pairs are taken for independent; see docs/few-labels.md for many pairs of one prompt. Null where
 * N is not known, or 0.
 */
export function newSampleInterval(
  evidence: LabelEvidence,
  posterior: Posterior,
  pool: AuditedPool,
  distribution: BetaDistribution,
): Interval | null {
  if (pool.pairs === null || pool.pairs === 0) return null;
  const share = decidedShare(evidence);
  const mixture = gainsOfNewSample(share, posterior, pool, pool.pairs, distribution);
  return [quantileOf(mixture, TAILS[0]), quantileOf(mixture, TAILS[1])];
}

function gainsOfNewSample(
  decided: number,
  { alpha, beta }: Posterior,
  { effectiveShare, shareDisputed }: AuditedPool,
  pairs: number,
  distribution: BetaDistribution,
): Normal[] {
  // Where all changes are halves, they stand for the disputed pairs.
  const share = shareDisputed > 0 ? shareDisputed : effectiveShare;
  const disputed = share * pairs;
  const scale = share > 0 ? (decided * effectiveShare) / share : 1;
  const shares = middles(POINTS_OF_F).map(
    (at) => scale * distribution.quantile(at, disputed + 0.5, pairs - disputed + 0.5),
  );
  const chances = middles(POINTS_OF_P).map((at) => distribution.quantile(at, alpha, beta));
  return shares.flatMap((changing) =>
    chances.map((p) => {
      const mean = changing * (2 * p - 1);
      return { mean, deviation: Math.sqrt(Math.max(0, changing - mean ** 2) / pairs) };
    }),
  );
}

function middles(parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => (i + 0.5) / parts);
}

/** The x below which the mixture has this probability, by halving. */
function quantileOf(mixture: readonly Normal[], probability: number): number {
  let low = -1;
  let high = 1;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (probabilityBelow(mixture, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function probabilityBelow(mixture: readonly Normal[], x: number): number {
  let sum = 0;
  for (const { mean, deviation } of mixture)
    sum += deviation > 0 ? (1 + errorFunction((x - mean) / (deviation * Math.SQRT2))) / 2 : x >= mean ? 1 : 0;
  return sum / mixture.length;
}
