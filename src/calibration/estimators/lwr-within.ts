import { lowess } from '../../lowess/lowess.js';
import { isFar, type Ordinary, ordinaryOf } from '../../lowess/ordinary.js';
import { type FracLoss, selectFrac } from '../../lowess/select-frac.js';
import { type BiasEstimate, biasAt } from '../curve/bias-curve.js';
import { brokenRule, type InvalidInput } from '../errors.js';
import { requireFinite } from '../fit/finite.js';
import { MIN_FIT_SAMPLES } from '../fit/fit-settings.js';
import { meanByGroup, withinGroups } from '../samples/group-means.js';
import { indicesWhere, pick } from '../samples/pick.js';
import { andersonMixing } from './anderson.js';
import { type ComparableSamples, comparableSamples } from './comparable-samples.js';
import { type LwrFit, type LwrSettings, toLwrFit } from './lwr.js';

/**
 * The curve has settled when a pass would move the prompts' levels by less than this share of median
 * |residual| (root mean square over the samples). The remaining distance is about ten times that: a hundredth
 * of the standard error even with 100,000 samples.
 */
const TOLERANCE = 1e-4;

/**
 * Most passes for least squares, and again with reweightings. Simulations took 4 to 12, and 20 with a
 * thirtieth of the variance within prompts. After the last pass the curve is reported as not settled.
 */
const MAX_PASSES = 40;

/** A level that moves by less than this share of the greatest |reward - centre| moves by rounding only. */
const ROUNDING = 1e-13;

/** With `frac: "auto"`, the frac of the fit that gives the levels for the choice: the paper's. */
const FIRST_FRAC = 0.5;

/**
 * Steps that the mixing remembers: a curve with frac 0.5 has 3 to 5 directions, each of which may converge
 * slowly.
 */
const MIXED_STEPS = 5;

/**
 * LWR within prompts: reward_ij = μ_i + b(c_ij) + e_ij, b = robust LOWESS of (reward − μ) on c, μ_i = mean of
 * (reward − b(c)) over the prompt's samples, in turn until they settle: back-fitting (Buja, Hastie and
 * Tibshirani 1989, Ann. Statist. 17, 453-510). Differences between prompts (hard prompts get long answers and
 * low rewards) go into μ; differences within prompts determine b. A constant is free between μ and b: as with
 * LWR, the mean of b over all samples is the mean reward.
 *
 * Each pass of plain back-fitting closes only a part of the gap: the share of c's variance within prompts,
 * such as a twentieth where prompts determine the length. With {@link andersonMixing} the number of passes
 * hardly depends on that share. The first passes go without reweightings, which costs a quarter; the later
 * ones use them.
 *
 * Prompts with one sample, or with samples of one c, carry no information on b and are omitted; the others
 * are `comparable`. With iterations, prompts with a far reward (`ordinaryOf`) are omitted, too, and the mean
 * reward is that of the ordinary ones.
 *
 * Standard errors are those of the last LOWESS times √(n ÷ (n − prompts) · Σ(c − c̄)² ÷ Σ(c − c̄_prompt)²),
 * which equals fixed-effects least squares for the slope of a straight line: the levels are estimated, too,
 * and only variation within prompts counts. They ignore that bends behave differently from the slope, that
 * levels are means (an outlier shifts its whole prompt), and, as with LWR, the bias of smoothing.
 * Back-fitting enlarges that bias where c varies mostly between prompts: prefer a small frac there. In
 * simulations (300 prompts of 2 to 8, 60 runs) they were 0.8 to 1.3 times the true ones at the 5% and 95%
 * quantiles of c, and up to 2.6 times, too wide, about the median.
 *
 * `frac: "auto"` is chosen by cross-validation on reward − μ of a fit with the default frac.
 *
 * @param groups the prompt of each sample.
 * @throws NotFinite where differences of rewards overflow; InvalidInput without `groups`, or with code
 *   `too-few-samples` where fewer than MIN_FIT_SAMPLES samples are comparable.
 */
export function estimateLwrWithin(
  values: Float64Array,
  rewards: Float64Array,
  groups: Int32Array | undefined,
  settings: LwrSettings,
): LwrFit {
  if (groups === undefined) throw promptsNeeded();
  const { centre, limit } = ordinaryOf(rewards);
  const ordinary = { centre, limit: settings.iterations > 0 ? limit : Number.POSITIVE_INFINITY };
  const all = comparableSamples(values, rewards, groups);
  const comparable = lessCentre(withoutFarPrompts(all, ordinary), centre);
  if (comparable.rewards.length < MIN_FIT_SAMPLES) throw tooFewComparable(comparable.rewards.length);
  const { frac, losses } = fracOf(comparable, settings);
  const { iterations } = settings;
  const { levels, passes, settled } = backFit(comparable, frac, iterations);
  const remaining = withoutLevels(comparable, levels);
  const smoothed = lowess(comparable.values, remaining, { frac, iterations, standardErrors: true });
  const factor = errorFactor(comparable);
  const widened = { ...smoothed, standardError: smoothed.standardError.map((error) => error * factor) };
  const fit = toLwrFit(widened, remaining, { frac, losses });
  return {
    estimates: [atMeanOf(rewards, values, ordinary, fit.estimates[0])],
    regression: { ...fit.regression, backFitting: { passes, settled } },
  };
}

/** The frac to use: the requested one, or one chosen on the rewards less their prompt's level. */
function fracOf(
  samples: ComparableSamples,
  { frac, iterations }: LwrSettings,
): { frac: number; losses: readonly FracLoss[] | undefined } {
  if (frac !== 'auto') return { frac, losses: undefined };
  const { levels } = backFit(samples, FIRST_FRAC, iterations);
  return selectFrac(samples.values, withoutLevels(samples, levels), { iterations });
}

interface BackFit {
  readonly levels: Float64Array;
  readonly passes: number;
  readonly settled: boolean;
}

/** The prompts' levels: by least squares, and from there with reweightings. */
function backFit(samples: ComparableSamples, frac: number, iterations: number): BackFit {
  const start = meanByGroup(samples.rewards, samples.groups, samples.sizes);
  const plain = settle(samples, start, frac, 0);
  if (iterations === 0) return plain;
  const robust = settle(samples, plain.levels, frac, iterations);
  return { ...robust, passes: plain.passes + robust.passes };
}

/** Fits the curve and the levels in turn, from `start`, until they settle. */
function settle(samples: ComparableSamples, start: Float64Array, frac: number, iterations: number): BackFit {
  const { values, rewards, groups, sizes, places } = samples;
  const mix = andersonMixing(sizes, MIXED_STEPS);
  const rounding = ROUNDING * rewards.reduce((most, reward) => Math.max(most, Math.abs(reward)), 0);
  let levels = start;
  // One column for both: `remaining` is no longer needed when the curve is subtracted.
  const remaining = new Float64Array(rewards.length);
  const unbiased = remaining;
  for (let passes = 1; ; passes++) {
    subtractLevels(samples, levels, remaining);
    const { fitted, residualScale } = lowess(values, remaining, { frac, iterations });
    // Without this a constant would wander between curve and levels, and mixing would follow it.
    const centre = places.reduce((sum, place) => sum + fitted[place] / places.length, 0);
    for (let i = 0; i < unbiased.length; i++) unbiased[i] = rewards[i] - (fitted[places[i]] - centre);
    const next = meanByGroup(unbiased, groups, sizes);
    const settled = moveBetween(levels, next, sizes) <= Math.max(TOLERANCE * residualScale, rounding);
    if (settled || passes === MAX_PASSES) return { levels: next, passes, settled };
    levels = mix(levels, next);
  }
}

/** Root mean square over the samples of the movement of their level, less the mean movement. */
function moveBetween(from: Float64Array, to: Float64Array, sizes: Float64Array): number {
  const moves = to.map((level, group) => level - from[group]);
  const samples = sizes.reduce((sum, size) => sum + size, 0);
  const mean = moves.reduce((sum, move, group) => sum + (sizes[group] * move) / samples, 0);
  return Math.sqrt(
    moves.reduce((sum, move, group) => sum + (sizes[group] * (move - mean) ** 2) / samples, 0),
  );
}

/** The rewards less their prompt's level. */
function withoutLevels(samples: ComparableSamples, levels: Float64Array): Float64Array {
  const remaining = new Float64Array(samples.rewards.length);
  subtractLevels(samples, levels, remaining);
  return remaining;
}

/** Writes the rewards less their prompt's level. */
function subtractLevels(
  { rewards, groups }: ComparableSamples,
  levels: Float64Array,
  into: Float64Array,
): void {
  for (let i = 0; i < into.length; i++) into[i] = rewards[i] - levels[groups[i]];
  requireFinite(into);
}

/** √(n ÷ (n − prompts) · Σ(c − c̄)² ÷ Σ(c − c̄_prompt)²); see {@link estimateLwrWithin}. */
function errorFactor({ values, groups, sizes }: ComparableSamples): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const all = sumOfSquares(values.map((value) => value - mean));
  const within = sumOfSquares(withinGroups(values, groups, sizes));
  return Math.sqrt((n / (n - sizes.length)) * (all / within));
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/**
 * The samples without the prompts that have a far reward, of which a robust fit takes nothing: it moves the
 * level of its whole prompt, so that all of them are far from the curve.
 */
function withoutFarPrompts(samples: ComparableSamples, ordinary: Ordinary): ComparableSamples {
  const { values, rewards, groups } = samples;
  const hasFar = new Uint8Array(samples.sizes.length);
  for (let i = 0; i < rewards.length; i++) if (isFar(ordinary, rewards[i])) hasFar[groups[i]] = 1;
  if (!hasFar.includes(1)) return samples;
  const kept = indicesWhere(rewards.length, (i) => hasFar[groups[i]] === 0);
  const keptGroups = new Int32Array(kept.length);
  for (let k = 0; k < kept.length; k++) keptGroups[k] = groups[kept[k]];
  return comparableSamples(pick(values, kept), pick(rewards, kept), keptGroups);
}

/** Levels of prompts keep the digits that a common offset would cost them. */
function lessCentre(samples: ComparableSamples, centre: number): ComparableSamples {
  return { ...samples, rewards: samples.rewards.map((reward) => reward - centre) };
}

/** The estimate moved so that its mean over all (ordinary) samples is the mean of their rewards. */
function atMeanOf(
  rewards: Float64Array,
  values: Float64Array,
  ordinary: Ordinary,
  estimate: BiasEstimate,
): BiasEstimate {
  const { centre } = ordinary;
  const used = indicesWhere(rewards.length, (i) => !isFar(ordinary, rewards[i]));
  const meanReward = centre + used.reduce((sum, i) => sum + (rewards[i] - centre) / used.length, 0);
  const meanBias = used.reduce((sum, i) => sum + biasAt(estimate, values[i]) / used.length, 0);
  const biases = estimate.biases.map((bias) => bias - meanBias + meanReward);
  return { ...estimate, biases, meanBias: meanReward };
}

function promptsNeeded(): InvalidInput {
  const message =
    'the estimator "lwr-within" compares samples of one prompt: every sample needs its "prompt" (in columns: "groups")';
  return brokenRule(['samples'], message);
}

function tooFewComparable(count: number): InvalidInput {
  const message =
    `${count} sample(s) share a prompt with a sample of another characteristic, which is too few for the estimator "lwr-within": ` +
    `at least ${MIN_FIT_SAMPLES} are needed`;
  return brokenRule(['samples'], message, 'too-few-samples');
}
