import { type LowessRules, referenceLowess } from '../lowess/reference.js';

/**
 * The formulas of the paper's reference code, for tests: with its mistakes (method, "What the reference code
 * gets wrong"), each of which can be switched off. `golden/reference.py` is the same in Python. Nothing here
 * is shared with src.
 */
export interface Quirks {
  /** RC-Mean leaves the last sample of every window out. */
  readonly dropsLast: boolean;
  /** A curve is looked up at the next knot, and there is none past the last: NaN, where the program ends. */
  readonly steps: boolean;
  /** statsmodels copies a sample where a window has no width; R takes the mean. */
  readonly lowess: LowessRules;
  /** RC-Mean of its RewardBench program takes each characteristic's bias from the raw rewards. */
  readonly forgets: boolean;
}

export const WITH_QUIRKS: Quirks = {
  dropsLast: true,
  steps: true,
  lowess: 'statsmodels',
  forgets: false,
};
export const WITHOUT_QUIRKS: Quirks = { dropsLast: false, steps: false, lowess: 'R', forgets: false };

/** A characteristic of the pairs, chosen first and then rejected, and its strength. */
export interface PairColumn {
  readonly values: Float64Array;
  readonly alpha: number;
}

/** The samples of a window: where it begins and ends (not included) among the samples ascending by value. */
export interface ReferenceWindow {
  readonly from: number;
  readonly to: number;
}

/** The samples within [low, high]; with the quirk all but the last of them. */
export function findInterval(
  sorted: readonly number[],
  low: number,
  high: number,
  { dropsLast }: Pick<Quirks, 'dropsLast'>,
): ReferenceWindow {
  const from = sorted.filter((value) => value < low).length;
  const end = sorted.filter((value) => value <= high).length - (dropsLast ? 1 : 0);
  return { from, to: Math.max(from, end) };
}

/** What RC-Mean did for one characteristic. */
export interface ReferenceMean {
  /** Half the width of the windows: mean |c₁ − c₂| over the pairs ÷ ratio. */
  readonly reach: number;
  /** The samples ascending by value; of equal ones as the pairs come. */
  readonly sorted: { readonly values: number[]; readonly rewards: number[] };
  /** For every sample. */
  readonly windows: readonly ReferenceWindow[];
  /** The pairs that stay as they are. */
  readonly left: readonly number[];
}

/** RC-Mean over pairs: rewards are chosen first and then rejected, as is the answer. */
export function referenceMean(
  rewards: Float64Array,
  columns: readonly PairColumn[],
  { ratio, minSamples }: { ratio: number; minSamples: number },
  quirks: Quirks,
): { rewards: Float64Array; told: ReferenceMean[] } {
  const told: ReferenceMean[] = [];
  let now = rewards;
  for (const { values, alpha } of columns) {
    const one = windowsOfPairs(now, values, ratio, quirks);
    const left = pairsLeft(one.windows, minSamples);
    told.push({ ...one, left });
    now = (quirks.forgets ? rewards : now).map((reward, i) => {
      if (left.includes(i % (rewards.length / 2))) return reward;
      return reward - alpha * meanIn(one.sorted.rewards, one.windows[i]);
    });
  }
  return { rewards: now, told };
}

/** Mean reward of a window. */
export function meanIn(rewards: readonly number[], window: ReferenceWindow | undefined): number {
  const inside = rewards.slice(window?.from, window?.to);
  return inside.reduce((total, reward) => total + reward, 0) / inside.length;
}

function windowsOfPairs(
  rewards: Float64Array,
  values: Float64Array,
  ratio: number,
  quirks: Quirks,
): Omit<ReferenceMean, 'left'> {
  const pairs = values.length / 2;
  const distances = Array.from({ length: pairs }, (_, i) => Math.abs(at(values, i) - at(values, pairs + i)));
  const reach = distances.reduce((a, b) => a + b) / pairs / ratio;
  const order = Array.from({ length: pairs }, (_, i) => [i, pairs + i]).flat();
  order.sort((a, b) => at(values, a) - at(values, b));
  const sorted = { values: order.map((i) => at(values, i)), rewards: order.map((i) => at(rewards, i)) };
  const windows = Array.from(values, (c) => findInterval(sorted.values, c - reach, c + reach, quirks));
  return { reach, sorted, windows };
}

function pairsLeft(windows: readonly ReferenceWindow[], minSamples: number): number[] {
  const pairs = windows.length / 2;
  const isSmall = (window: ReferenceWindow | undefined) =>
    window === undefined || window.to - window.from < minSamples;
  return Array.from({ length: pairs }, (_, i) => i).filter(
    (i) => isSmall(windows[i]) || isSmall(windows[pairs + i]),
  );
}

/** A fitted curve as statsmodels gives it: a row a sample, ascending. */
export interface ReferenceCurve {
  readonly x: readonly number[];
  readonly fitted: readonly number[];
}

/**
 * b̂(c) at the first knot that is not below c; without the quirk on the straight line to it, and the end
 * value beyond the ends.
 */
export function lookUp({ x, fitted }: ReferenceCurve, c: number, { steps }: Pick<Quirks, 'steps'>): number {
  const next = x.findIndex((knot) => knot >= c);
  if (next < 0) return steps ? Number.NaN : at(fitted, fitted.length - 1);
  if (steps || next === 0 || x[next] === c) return at(fitted, next);
  const share = (c - at(x, next - 1)) / (at(x, next) - at(x, next - 1));
  return at(fitted, next - 1) + share * (at(fitted, next) - at(fitted, next - 1));
}

/** RC-LWR, one characteristic after another. */
export function referenceLwr(
  rewards: Float64Array,
  columns: readonly PairColumn[],
  frac: number,
  quirks: Quirks,
): Float64Array {
  return columns.reduce((now, { values, alpha }) => {
    const curve = referenceLowess(values, now, frac, 3, quirks.lowess);
    return now.map((reward, i) => reward - alpha * lookUp(curve, at(values, i), quirks));
  }, rewards);
}

function at(values: ArrayLike<number>, i: number): number {
  return Number(values[i]);
}
