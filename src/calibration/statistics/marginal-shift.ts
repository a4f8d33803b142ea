/** How far the values of later samples lie from those of a fit. */
export interface MarginalShift {
  /** Population stability index; below 0.1 is taken for stable, from 0.25 for shifted. */
  readonly psi: number;
  /** Kolmogorov-Smirnov statistic, 0 to 1. */
  readonly ks: number;
}

/** The population stability index is by tradition one of ten groups; of 32 it would mostly be chance. */
const PSI_GROUPS = 10;

/** Added to each group, so that an empty one has a logarithm. */
const HALF_A_SAMPLE = 0.5;

/**
 * The shift of counts in the bins of a fit.
 *
 * PSI = Σ (q − p) · ln(q ÷ p) over groups of neighbouring bins, each with at least a tenth of the fit's
 * samples; p and q are the shares of both in a group, with half a sample added to each group. What lies
 * outside counts in the outermost groups.
 *
 * KS = max |G(e) − F(e)| over the edges e of the bins, with the distribution functions F of the fit and G of
 * the later samples.
 *
 * @param fitted samples in each of m bins; at least one sample.
 * @param observed samples below the first bin, in each bin, and above the last one: m + 2 counts.
 */
export function marginalShift(fitted: ArrayLike<number>, observed: ArrayLike<number>): MarginalShift {
  const ofFit = sum(fitted);
  const ofLater = sum(observed);
  let below = 0;
  let belowLater = observed[0];
  let ks = belowLater / ofLater;
  for (let bin = 0; bin < fitted.length; bin++) {
    below += fitted[bin];
    belowLater += observed[bin + 1];
    ks = Math.max(ks, Math.abs(belowLater / ofLater - below / ofFit));
  }
  return { psi: stabilityIndex(grouped(fitted, observed, ofFit / PSI_GROUPS)), ks };
}

/** The samples of both in a group of bins. */
interface Group {
  fitted: number;
  later: number;
}

function stabilityIndex(groups: readonly Group[]): number {
  const ofFit = groups.reduce((total, { fitted }) => total + fitted + HALF_A_SAMPLE, 0);
  const ofLater = groups.reduce((total, { later }) => total + later + HALF_A_SAMPLE, 0);
  return groups.reduce((total, { fitted, later }) => {
    const p = (fitted + HALF_A_SAMPLE) / ofFit;
    const q = (later + HALF_A_SAMPLE) / ofLater;
    return total + (q - p) * Math.log(q / p);
  }, 0);
}

/** Neighbouring bins put together until they have enough of the fit; a rest goes to the last group. */
function grouped(fitted: ArrayLike<number>, observed: ArrayLike<number>, enough: number): Group[] {
  const groups: Group[] = [];
  let group: Group = { fitted: 0, later: observed[0] };
  for (let bin = 0; bin < fitted.length; bin++) {
    group.fitted += fitted[bin];
    group.later += observed[bin + 1];
    if (group.fitted < enough) continue;
    groups.push(group);
    group = { fitted: 0, later: 0 };
  }
  const last = groups[groups.length - 1];
  last.fitted += group.fitted;
  last.later += group.later + observed[fitted.length + 1];
  return groups;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
