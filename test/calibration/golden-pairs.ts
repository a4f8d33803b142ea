import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type LowessRules, referenceLowess } from '../lowess/reference.js';
import type { PairColumn } from './reference.js';

interface Row {
  response: string;
  chars: number;
  markdown: number;
  reward: number;
  text_chars: number;
}

interface GoldenMean {
  windows: { reach: number; left: number[]; sizes: number[] }[];
  rewards: number[];
}

interface Golden extends Record<'lwr' | 'lwr_half' | 'lwr_two' | 'penalty' | 'lwr_penalty', number[]> {
  chosen: Row[];
  rejected: Row[];
  mean: GoldenMean;
  mean_two: GoldenMean;
  mean_two_forgetting: GoldenMean;
  lwr_others: (number | null)[];
  lwr_penalty_half: number[];
  lwr_penalty_chars: number[];
  massed: { x: number[]; y: number[]; iterations_0: number[]; iterations_3: number[] };
}

export const golden: Golden = JSON.parse(
  readFileSync(new URL('./golden/reference.json', import.meta.url), 'utf8'),
);
export const rows = [...golden.chosen, ...golden.rejected];
export const rewards = Float64Array.from(rows, ({ reward }) => reward);
export const chars = Float64Array.from(rows, (row) => row.chars);
export const markdown = Float64Array.from(rows, (row) => row.markdown);
export const textChars = Float64Array.from(rows, ({ text_chars }) => text_chars);
export const penalised = rewards.map((reward, i) => reward - 0.001 * Number(textChars[i]));
export const byChars: PairColumn[] = [{ values: chars, alpha: 1 }];
export const byBoth: PairColumn[] = [...byChars, { values: markdown, alpha: 0.5 }];

/** The largest difference of two columns of equal length. */
export function apart(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one).toHaveLength(other.length);
  return Math.max(...Array.from(one, (value, i) => Math.abs(value - Number(other[i]))));
}

/** Programs that add in another order agree to rounding, which robust iterations multiply. */
export const ROUNDING = 1e-10;

/**
 * R, and so the product, rounds robustness weights near 0 and 1, where statsmodels does not: rewards of size
 * 5 differ by so much.
 */
export const RULES_OF_R = 1e-7;

/** The curve of the chosen alone, frac 0.3, as the port fits it: of other lengths than the rejected have. */
export function curveOfChosen(rules: LowessRules = 'statsmodels') {
  const values = Float64Array.from(golden.chosen, (row) => row.chars);
  const scores = Float64Array.from(golden.chosen, ({ reward }) => reward);
  return referenceLowess(values, scores, 0.3, 3, rules);
}
