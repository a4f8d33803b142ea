import type { Ranking } from './column-ranking.js';

/** A column's deviations from its mean, in any unit: what a correlation needs of it. */
export interface Deviations {
  readonly each: Float64Array;
  /** Σ deviation². */
  readonly squares: number;
}

/**
 * Squares of values in between can be summed over 2²⁴ samples, and multiplied, without over- or underflow.
 */
const LEAST_SIZE = 2 ** -200;
const GREATEST_SIZE = 2 ** 200;

/** Doubles have no greater powers of two that can be multiplied by. */
const MOST_HALVINGS = 1000;

/**
 * The deviations of values from their mean; null for fewer than 2 values, or equal ones. Where squares
 * would over- or underflow the unit is another power of two, which changes no digit.
 */
export function deviationsOf(column: Float64Array): Deviations | null {
  const n = column.length;
  if (n < 2 || isConstant(column)) return null;
  const unit = unitOf(column);
  const first = sumOfDistances(column, unit, 0) / n;
  // The mean of the deviations is the rounding error of the mean.
  const mean = first + sumOfDistances(column, unit, first) / n;
  const each = new Float64Array(n);
  for (let i = 0; i < n; i++) each[i] = column[i] * unit - mean;
  return { each, squares: sumOfProducts(each, each) };
}

/**
 * The deviations of ranks from their mean, ties sharing their mean rank; null as
 * {@link deviationsOf}. They are whole or half numbers, so all sums are exact up to 2,000,000 samples.
 */
export function rankDeviationsOf({ counts, places }: Ranking): Deviations | null {
  if (counts.length < 2) return null;
  const byPlace = new Float64Array(counts.length);
  let squares = 0;
  for (let place = 0, below = 0; place < counts.length; place++) {
    const deviation = below + (counts[place] - places.length) / 2;
    byPlace[place] = deviation;
    squares += counts[place] * deviation * deviation;
    below += counts[place];
  }
  const each = new Float64Array(places.length);
  for (let i = 0; i < each.length; i++) each[i] = byPlace[places[i]];
  return { each, squares };
}

/** Values in one block of a sum. */
const BLOCK = 256;

/** Σ a · b, block by block: its rounding errors grow with n / 256 + 256, not with n. */
export function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let start = 0; start < a.length; start += BLOCK) {
    const end = Math.min(a.length, start + BLOCK);
    let block = 0;
    for (let i = start; i < end; i++) block += a[i] * b[i];
    sum += block;
  }
  return sum;
}

/** Σ (value · unit − centre), block by block. */
function sumOfDistances(column: Float64Array, unit: number, centre: number): number {
  let sum = 0;
  for (let start = 0; start < column.length; start += BLOCK) {
    const end = Math.min(column.length, start + BLOCK);
    let block = 0;
    for (let i = start; i < end; i++) block += column[i] * unit - centre;
    sum += block;
  }
  return sum;
}

/** 1, or the power of two that brings the greatest size near 1. */
function unitOf(column: Float64Array): number {
  let most = 0;
  for (let i = 0; i < column.length; i++) {
    const size = Math.abs(column[i]);
    if (size > most) most = size;
  }
  if (most >= LEAST_SIZE && most <= GREATEST_SIZE) return 1;
  return 2 ** -Math.max(-MOST_HALVINGS, Math.min(MOST_HALVINGS, Math.floor(Math.log2(most))));
}

/** Whether all values are equal; so of none. */
export function isConstant(column: Float64Array): boolean {
  for (let i = 1; i < column.length; i++) if (column[i] !== column[0]) return false;
  return true;
}
