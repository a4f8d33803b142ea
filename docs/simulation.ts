import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type BiasCurve, biasAt } from '../src/calibration/curve/bias-curve.js';
import { estimateBias } from '../src/calibration/fit/estimate.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../src/calibration/samples/samples.js';
import { spearman } from '../src/calibration/statistics/correlation.js';

/** The median of the simulated lengths, in characters. */
const MIDDLE = 1000;

/** b(length), in units of reward: the standard deviation of quality is 1. */
export const SHAPES = {
  /** Most of the bias among short responses, as the paper finds it. */
  log: (chars: number) => 0.8 * Math.log(chars / MIDDLE),
  /** What the penalty of 0.001 a character assumes. */
  linear: (chars: number) => 0.001 * chars,
  /** Rewards favour neither short nor long responses: no straight line removes it. */
  'U-shaped': (chars: number) => 0.8 * Math.log(chars / MIDDLE) ** 2,
  /**
   * Nearly a step of 2 at 1200 characters, within the middle tenth of the samples: a wide window cannot
   * follow.
   */
  step: (chars: number) => 2 / (1 + Math.exp(-(chars - 1.2 * MIDDLE) / 50)),
} as const;
export type Shape = keyof typeof SHAPES;

/** Whether prompts with longer responses also have better ones: then part of the correlation is no bias. */
export type Prompts = 'independent' | 'confounded';

/** A simulated reward model: what a service sees, and what only the simulation knows. */
export interface Simulated {
  readonly samples: MeasuredSamples;
  readonly bias: Float64Array;
  readonly quality: Float64Array;
}

const RESPONSES_PER_PROMPT = 4;
const NOISE = 0.5;
/** The quality that one standard deviation of a prompt's log length adds where prompts are confounded. */
const CONFOUNDING = 0.5;

/**
 * reward = quality + b(length) + noise. Lengths are lognormal (σ 0.7, of which half the variance is the
 * prompt's), quality is normal with σ 1 and noise with σ 0.5, all independent. Where prompts are confounded,
 * half the prompt's standardised log length is added to quality.
 */
export function simulate(count: number, shape: Shape, prompts: Prompts, seed: number): Simulated {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  // Box & Muller (1958)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const columns = [1, 2, 3, 4].map(() => new Float64Array(count));
  const [chars, bias, quality, rewards] = columns as [Column, Column, Column, Column];
  let prompt = 0;
  for (let i = 0; i < count; i++) {
    if (i % RESPONSES_PER_PROMPT === 0) prompt = normal();
    chars[i] = Math.max(1, Math.round(MIDDLE * Math.exp(0.7 * Math.SQRT1_2 * (prompt + normal()))));
    bias[i] = SHAPES[shape](chars[i] ?? NaN);
    quality[i] = normal() + (prompts === 'confounded' ? CONFOUNDING * prompt : 0);
    rewards[i] = (quality[i] ?? NaN) + (bias[i] ?? NaN) + NOISE * normal();
  }
  const groups = Int32Array.from(chars, (_, i) => Math.floor(i / RESPONSES_PER_PROMPT));
  return { samples: { rewards, characteristics: new Map([['chars', chars]]), groups }, bias, quality };
}

type Column = Float64Array<ArrayBuffer>;

/**
 * How well a fit recovers the bias over its samples. Both biases are centred: a constant changes no ranking.
 */
export interface Recovery {
  /** Root mean square of b̂ − b. */
  readonly error: number;
  /** The mean over the samples of the standard error that the fit states; undefined where it states none. */
  readonly statedError: number | undefined;
  /**
   * The share of samples with |b̂ − b| ≤ 2 stated standard errors; 0.95 if errors are normal and the fit
   * unbiased.
   */
  readonly covered: number | undefined;
  /** Rank correlation of length and reward. */
  readonly lengthRaw: number;
  readonly lengthCalibrated: number;
  /** Rank correlation of the true quality and reward. */
  readonly qualityRaw: number;
  readonly qualityCalibrated: number;
}

/** What differs from the default settings. */
export type SimulationSettings = Partial<FitSettings & { iterations: number }>;

/** Fits the simulated rewards, and compares the fitted bias with the true one. */
export function recover(simulated: Simulated, settings: SimulationSettings): Recovery {
  const { samples, bias, quality } = simulated;
  const { curves } = estimateBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 3, ...settings });
  const chars = samples.characteristics.get('chars') ?? new Float64Array();
  const removed = chars.map((length) => curves.reduce((sum, c) => sum + c.alpha * biasAt(c, length), 0));
  const differences = centred(removed.map((estimate, i) => estimate - (bias[i] ?? NaN)));
  const calibrated = samples.rewards.map((reward, i) => reward - (removed[i] ?? NaN));
  const stated = statedErrors(curves, chars);
  return {
    error: Math.sqrt(meanOf(differences.map((difference) => difference ** 2))),
    statedError: stated && meanOf(stated),
    covered: stated && meanOf(differences.map((d, i) => (Math.abs(d) <= 2 * (stated[i] ?? NaN) ? 1 : 0))),
    lengthRaw: spearman(chars, samples.rewards) ?? NaN,
    lengthCalibrated: spearman(chars, calibrated) ?? NaN,
    qualityRaw: spearman(quality, samples.rewards) ?? NaN,
    qualityCalibrated: spearman(quality, calibrated) ?? NaN,
  };
}

/** The average of several simulations; of errors the root mean square. */
export function average(recoveries: readonly Recovery[]): Recovery {
  const over = (pick: (recovery: Recovery) => number) => meanOf(Float64Array.from(recoveries, pick));
  const states = recoveries.every(({ statedError }) => statedError !== undefined);
  return {
    error: Math.sqrt(over(({ error }) => error ** 2)),
    statedError: states ? over(({ statedError = NaN }) => statedError) : undefined,
    covered: states ? over(({ covered = NaN }) => covered) : undefined,
    lengthRaw: over(({ lengthRaw }) => lengthRaw),
    lengthCalibrated: over(({ lengthCalibrated }) => lengthCalibrated),
    qualityRaw: over(({ qualityRaw }) => qualityRaw),
    qualityCalibrated: over(({ qualityCalibrated }) => qualityCalibrated),
  };
}

/**
 * The standard error of the bias of each sample, from the one curve that states any: a penalty is not
 * estimated.
 */
function statedErrors(curves: readonly BiasCurve[], chars: Float64Array): Float64Array | undefined {
  const curve = curves.find(({ standardErrors }) => standardErrors !== undefined);
  if (curve?.standardErrors === undefined) return undefined;
  const errors = { knots: curve.knots, biases: curve.standardErrors, beyond: curve.beyond };
  return chars.map((length) => biasAt(errors, length));
}

function centred(values: Float64Array): Float64Array {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

function meanOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value / values.length, 0);
}
