import type { BiasCurve } from '../curve/bias-curve.js';
import { calibrateColumns, refuseNotFinite } from '../curve/calibrate.js';
import type { Place } from '../errors.js';
import { columnOf } from '../fit/estimate.js';
import { requireFinite } from '../fit/finite.js';
import { ColumnOrder } from '../statistics/column-order.js';
import { thinEvenly } from '../statistics/correlation.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';
import { type Agreement, agreementWith, type ReferenceScore } from './agreement.js';
import { type Gameability, gameabilityOf, type VariantSuffixes } from './gameability.js';
import type { ScoredOutputs } from './scored-outputs.js';
import { type RawAndCalibrated, ranksOf, winRates } from './win-rate.js';

/** Where an output or a baseline stands in what the caller sent. */
export type OutputPlace = (list: 'outputs' | 'baseline', row: number) => Place;

/** Each in a list of its own. */
export const inLists: OutputPlace = (list, row) => [list, row];

/** Options of a comparison of generators. */
export interface LeaderboardOptions {
  readonly variants: VariantSuffixes;
  readonly reference?: readonly ReferenceScore[] | undefined;
}

/** Curves, and the outputs that they leave as they are, with the baselines that those are compared with. */
export interface LeaderboardCalibration {
  /** At least one. */
  readonly curves: readonly BiasCurve[];
  /** Ascending: those with a thin window of RC-Mean. */
  readonly left: readonly number[];
}

/** One line of the leaderboard. Rates are in percent; rank 1 is the best. */
export interface LeaderboardEntry {
  readonly generator: string;
  readonly outputs: number;
  /** Mean of the first characteristic over its outputs. */
  readonly meanLength: number;
  readonly winRate: RawAndCalibrated<number>;
  readonly discreteWinRate: RawAndCalibrated<number>;
  readonly rank: RawAndCalibrated<number>;
}

/**
 * Win rates of generators over a baseline, before and after calibration (AlpacaEval protocol), and how far to
 * trust them.
 */
export interface Leaderboard {
  /** By calibrated win rate, best first; equals by name. */
  readonly generators: readonly LeaderboardEntry[];
  /** Of the first characteristic and the reward, over the outputs. */
  readonly spearman: RawAndCalibrated<number | null>;
  readonly pearson: RawAndCalibrated<number | null>;
  readonly agreement: Agreement | undefined;
  readonly gameability: Gameability | undefined;
  /** How many have a characteristic outside the fitted range. */
  readonly extrapolated: { readonly outputs: number; readonly baseline: number };
  /** Outputs whose margin is the raw one. */
  readonly leftAsTheyAre: number;
}

/**
 * Ranks generators by raw and by calibrated rewards (method, "Leaderboard"). An output's margin is its reward
 * less the reward of its prompt's baseline; calibrated, (r − Σ α b̂(c)) − (r₀ − Σ α b̂(c₀)). Rewards that
 * already are margins over the baseline need baseline rewards of 0.
 *
 * @throws InvalidInput where a calibrated reward is not finite; NotFinite where a figure is not.
 */
export function rankGenerators(
  scored: ScoredOutputs,
  { curves, left }: LeaderboardCalibration,
  { variants, reference }: LeaderboardOptions,
  placeOf: OutputPlace = inLists,
): Leaderboard {
  const outputs = calibrateColumns(scored.outputs, curves, false);
  const baseline = calibrateColumns(scored.baseline, curves, false);
  refuseNotFinite(outputs.rewards, (i) => [...placeOf('outputs', i), 'reward']);
  refuseNotFinite(baseline.rewards, (i) => [...placeOf('baseline', i), 'reward']);
  const length = columnOf(scored.outputs, curves[0].characteristic);
  const margins = marginsOf(scored, scored.outputs.rewards, scored.baseline.rewards);
  const entries = entriesOf(scored, length, {
    raw: margins,
    calibrated: withRaw(left, marginsOf(scored, outputs.rewards, baseline.rewards), margins),
  });
  const rates = entries.map(({ winRate }) => winRate);
  const raw = thinEvenly(scored.outputs.rewards);
  const rounding = roundingBound(raw, thinEvenly(outputs.biases.map(Math.abs)));
  const rewards = withRaw(left, outputs.rewards, scored.outputs.rewards);
  const calibrated = withoutRounding(thinEvenly(rewards), rounding);
  const order = new ColumnOrder();
  const x = thinEvenly(length);
  const leaderboard = {
    agreement: reference && agreementWith(reference, scored.generators, rates),
    gameability: gameabilityOf(scored.generators, rates, variants),
    spearman: { raw: order.spearman(x, raw), calibrated: order.spearman(x, calibrated) },
    pearson: { raw: order.pearson(x, raw), calibrated: order.pearson(x, calibrated) },
    extrapolated: { outputs: outputs.extrapolated.length, baseline: baseline.extrapolated.length },
    leftAsTheyAre: left.length,
    generators: entries.sort(bestFirst),
  };
  requireFinite(leaderboard);
  return leaderboard;
}

/** The calibrated column, but the raw values of those that are left as they are. */
function withRaw(left: readonly number[], calibrated: Float64Array, raw: Float64Array): Float64Array {
  const column = calibrated.slice();
  for (const i of left) column[i] = raw[i];
  return column;
}

function marginsOf(
  { baselineOf }: ScoredOutputs,
  rewards: Float64Array,
  baselineRewards: Float64Array,
): Float64Array {
  return rewards.map((reward, i) => reward - baselineRewards[baselineOf[i]]);
}

/** The lines in the order of `scored.generators`. */
function entriesOf(
  { generators, generatorOf }: ScoredOutputs,
  length: Float64Array,
  margins: RawAndCalibrated<Float64Array>,
): LeaderboardEntry[] {
  const raw = winRates(margins.raw, generatorOf, generators.length);
  const calibrated = winRates(margins.calibrated, generatorOf, generators.length);
  const ranks = {
    raw: ranksOf(raw.map(({ winRate }) => winRate)),
    calibrated: ranksOf(calibrated.map(({ winRate }) => winRate)),
  };
  const totals = new Float64Array(generators.length);
  const outputs = new Float64Array(generators.length);
  for (let i = 0; i < length.length; i++) {
    totals[generatorOf[i]] += length[i];
    outputs[generatorOf[i]]++;
  }
  return generators.map((generator, i) => ({
    generator,
    outputs: outputs[i],
    meanLength: totals[i] / outputs[i],
    winRate: { raw: raw[i].winRate, calibrated: calibrated[i].winRate },
    discreteWinRate: { raw: raw[i].discreteWinRate, calibrated: calibrated[i].discreteWinRate },
    rank: { raw: ranks.raw[i], calibrated: ranks.calibrated[i] },
  }));
}

function bestFirst(a: LeaderboardEntry, b: LeaderboardEntry): number {
  return b.winRate.calibrated - a.winRate.calibrated || (a.generator < b.generator ? -1 : 1);
}
