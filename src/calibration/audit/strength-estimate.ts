import { thinnedIndices } from '../samples/thin-samples.js';
import { logistic } from '../statistics/logistic.js';
import { isRounding } from './order-change.js';

/** Differences of two responses to one prompt, as columns of equal length. */
export interface PairDifferences {
  /** Δr: raw reward of the first less that of the second. */
  readonly rewards: Float64Array;
  /** Δb: the same of b̂ at α = 1. */
  readonly biases: Float64Array;
  /** Rounding errors of b̂, 0 by default; see `fitTolerance`. */
  readonly tolerance?: number | undefined;
}

/**
 * The differences of labelled pairs, chosen less rejected; beyond the largest double that double.
 *
 * @param raw rewards of all chosen and then all rejected responses.
 * @param biases b̂ of the same at α = 1, summed over all characteristics.
 */
export function pairDifferences(raw: Float64Array, biases: Float64Array): PairDifferences {
  const count = raw.length / 2;
  const difference = (column: Float64Array) =>
    column.subarray(0, count).map((value, i) => within(Number.MAX_VALUE, value - column[i + count]));
  return { rewards: difference(raw), biases: difference(biases) };
}

/** The calibration strength that labels speak for, and what each strength is expected to gain. */
export interface StrengthEstimate {
  readonly alpha: number;
  /** For every α the expected gain in accuracy over the pool, as a share; ascending by α. */
  readonly candidates: readonly { readonly alpha: number; readonly gain: number }[];
}

/** The strengths to choose from: 0, 0.125 … 1.5. */
export const STRENGTH_CANDIDATES: readonly number[] = Array.from({ length: 13 }, (_, i) => i / 8);

/** τ: how much the labels follow rewards; 11 values from 0.1 to 10, evenly spaced by logarithm. */
const TAUS: readonly number[] = Array.from({ length: 11 }, (_, i) => 10 ** (-1 + i / 5));
/** α′: the strength at which the labels follow them; 41 values from −2 to 3. */
const STRENGTHS: readonly number[] = Array.from({ length: 41 }, (_, i) => -2 + i / 8);

/** Normal priors of α′ and of log τ: what real and simulated reward models had (method, "Few labels"). */
const PRIOR_STRENGTH = { mean: 0.25, deviation: 1 };
const PRIOR_LOG_TAU = { mean: -1.15, deviation: 1.44 };

/** Of more pairs so many, evenly spaced: each takes 451 logistic functions. */
const MAX_PAIRS = 5_000;

/** A point of the grid, and how likely it is. */
interface GridPoint {
  readonly tau: number;
  readonly strength: number;
  readonly weight: number;
}

/**
 * The calibration strength by a Bradley-Terry model of the labels (method, "Strength by Bradley–Terry"): the
 * chosen response is preferred with probability σ(τ (Δr − α′ Δb)), α′ ~ N(0.25, 1), log τ ~ N(−1.15, 1.44²),
 * on a grid. Of the candidates the α with the largest posterior mean of
 *
 *     Σ (2 σ(τ (Δr − α′ Δb)) − 1) · (sign(Δr − α Δb) − sign Δr) ÷ 2
 *
 * over the pool, which is the gain in accuracy that it brings; of equals the smallest. Differences are in
 * units of √(mean Δr²) over the pool: their standard deviation, whichever response of a pair is called the
 * first. Null where all rewards of the pool are equal: there is no order to calibrate.
 *
 * @param labelled chosen less rejected.
 * @param pool the pairs that the strength is for, in either order; at least one.
 */
export function estimateStrength(labelled: PairDifferences, pool: PairDifferences): StrengthEstimate | null {
  const unit = rootMeanSquare(pool.rewards);
  if (unit === 0) return null;
  const grid = posteriorGrid(inUnits(thinned(labelled), unit));
  const gains = gainsOf(thinned(pool), unit, grid);
  const candidates = STRENGTH_CANDIDATES.map((alpha, i) => ({ alpha, gain: gains[i] }));
  const { alpha } = candidates.reduce((best, next) => (next.gain > best.gain ? next : best));
  return { alpha, candidates };
}

/** √(mean x²), without overflow. */
function rootMeanSquare(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  return largest * Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2 / values.length, 0));
}

function thinned({ rewards, biases, tolerance }: PairDifferences): PairDifferences {
  const indices = thinnedIndices(rewards.length, MAX_PAIRS);
  const kept = (column: Float64Array) => Float64Array.from(indices, (i) => column[i]);
  return { rewards: kept(rewards), biases: kept(biases), tolerance };
}

/** So many times the typical reward difference outweighs any, and its multiples by the grid are finite. */
const OVERWHELMING = 1e100;

function inUnits({ rewards, biases }: PairDifferences, unit: number): PairDifferences {
  const scaled = (column: Float64Array) => column.map((value) => within(OVERWHELMING, value / unit));
  return { rewards: scaled(rewards), biases: scaled(biases) };
}

function within(limit: number, value: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** The grid with the posterior weight of each point given the labels; the weights add up to 1. */
function posteriorGrid({ rewards, biases }: PairDifferences): GridPoint[] {
  const points = TAUS.flatMap((tau) =>
    STRENGTHS.map((strength) => {
      let log = logPrior(strength, PRIOR_STRENGTH) + logPrior(Math.log(tau), PRIOR_LOG_TAU);
      for (let i = 0; i < rewards.length; i++) log += logLogistic(tau * (rewards[i] - strength * biases[i]));
      return { tau, strength, log };
    }),
  );
  const largest = points.reduce((most, { log }) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const weights = points.map(({ log }) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return points.map(({ tau, strength }, i) => ({ tau, strength, weight: weights[i] / total }));
}

function logPrior(value: number, { mean, deviation }: { mean: number; deviation: number }): number {
  return -0.5 * ((value - mean) / deviation) ** 2;
}

/** log σ(x), also where σ(x) is less than the least double. */
function logLogistic(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

/**
 * The expected gain of each candidate over the pool, as a share. Signs are those of the differences as they
 * are: in other units a tie may round to either side.
 */
function gainsOf(pool: PairDifferences, unit: number, grid: readonly GridPoint[]): number[] {
  const { rewards, biases, tolerance = 0 } = pool;
  const scaled = inUnits(pool, unit);
  const gains = STRENGTH_CANDIDATES.map(() => 0);
  for (let i = 0; i < rewards.length; i++) {
    const turns = STRENGTH_CANDIDATES.map((alpha) =>
      turnAt(rewards[i], alpha * biases[i], alpha * tolerance),
    );
    if (turns.every((turn) => turn === 0)) continue;
    const preferred = meanPreference(scaled.rewards[i], scaled.biases[i], grid);
    for (let k = 0; k < turns.length; k++) gains[k] += (preferred * turns[k]) / rewards.length;
  }
  return gains;
}

/** (sign(Δr − α Δb) − sign Δr) ÷ 2; what differs by rounding errors is equal. */
function turnAt(reward: number, removed: number, tolerance: number): number {
  const after = isRounding(reward, removed, 0, tolerance) ? 0 : Math.sign(reward - removed);
  return (after - Math.sign(reward)) / 2;
}

/** The posterior mean of 2 σ(τ (Δr − α′ Δb)) − 1: of being preferred less of not being. */
function meanPreference(reward: number, bias: number, grid: readonly GridPoint[]): number {
  let mean = 0;
  for (const { tau, strength, weight } of grid)
    mean += weight * (2 * logistic(tau * (reward - strength * bias)) - 1);
  return mean;
}
