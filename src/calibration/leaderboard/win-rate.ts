import { logistic } from '../statistics/logistic.js';

/** A figure of the raw rewards, and the same of the calibrated ones. */
export interface RawAndCalibrated<Value> {
  readonly raw: Value;
  readonly calibrated: Value;
}

/** How often a generator wins over the baseline, in percent. */
export interface WinRate {
  /** 100 · mean of sigmoid(margin). */
  readonly winRate: number;
  /** 100 · share of margins above 0. */
  readonly discreteWinRate: number;
}

/**
 * The win rates of each generator (method, "How results are judged"): 100 · mean of sigmoid(margin), and
 * 100 · share of margins above 0. A margin of exactly 0 is no win, as in the paper's code
 * (`1 if m > 0 else 0`); AlpacaEval itself counts a draw half.
 *
 * @param margins of each output over the baseline of its prompt, in units of reward.
 * @param generatorOf the generator of each output: a number from 0 below `generators`; each has at least one
 *   output.
 */
export function winRates(margins: Float64Array, generatorOf: Int32Array, generators: number): WinRate[] {
  const outputs = new Float64Array(generators);
  const preferences = new Float64Array(generators);
  const wins = new Float64Array(generators);
  for (let i = 0; i < margins.length; i++) {
    const generator = generatorOf[i];
    outputs[generator]++;
    preferences[generator] += logistic(margins[i]);
    if (margins[i] > 0) wins[generator]++;
  }
  return Array.from(outputs, (count, i) => ({
    winRate: (100 * preferences[i]) / count,
    discreteWinRate: (100 * wins[i]) / count,
  }));
}

/**
 * 1 + how many values are larger: equal values share the better rank, as in AlpacaEval (pandas'
 * `rank(method="min")`).
 */
export function ranksOf(values: readonly number[]): number[] {
  const descending = Float64Array.from(values).sort().reverse();
  const ranks = new Map<number, number>();
  descending.forEach((value, i) => {
    if (!ranks.has(value)) ranks.set(value, i + 1);
  });
  return values.map((value) => ranks.get(value) ?? Number.NaN);
}
