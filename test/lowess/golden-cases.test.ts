import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LowessFit, lowess } from '../../src/lowess/lowess.js';

/** The promise of performance.md, section 1: never farther than this share of the range of rewards from R. */
const BOUND = 1e-8;

interface OwnCase {
  name: string;
  frac: number;
  iterations: number;
  delta: number;
  input: number;
  fitted: number[];
}

interface SharedCase {
  name: string;
  frac: number;
  it: number;
  x: number[];
  y: number[];
  statsmodels: number[];
  r: number[];
}

function rangeOf(values: number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The curve's value at each of `x`, which are all fitted. */
function at(fit: LowessFit, x: number[]): number[] {
  const index = new Map(Array.from(fit.x, (value, j) => [value, j]));
  return x.map((value) => fit.fitted[index.get(value) ?? Number.NaN] ?? Number.NaN);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - Number(b[i]))), 0);
}

/** A constant reward has no range: there the bound is relative to its size. */
function scaleOf(y: number[]): number {
  return rangeOf(y) || Math.abs(Number(y[0])) || 1;
}

const own: { made_by: string; inputs: { x: number[]; y: number[] }[]; cases: OwnCase[] } = JSON.parse(
  readFileSync(new URL('./golden/cases.json', import.meta.url), 'utf8'),
);

function inputOf(k: OwnCase): { x: number[]; y: number[] } {
  const input = own.inputs[k.input];
  if (!input) throw new Error(`${k.name} names no input`);
  return input;
}

describe(`lowess agrees with R at every distinct x (${own.made_by})`, () => {
  it.each(own.cases)('$name', (k) => {
    const { x, y } = inputOf(k);
    const fit = lowess(Float64Array.from(x), Float64Array.from(y), k);
    expect(largestDifference(fit.fitted, k.fitted)).toBeLessThanOrEqual(BOUND * scaleOf(y));
  });
});

const sharedUrl = new URL('../../../shared/data/lowess-golden/cases.json', import.meta.url);
const shared: SharedCase[] = existsSync(sharedUrl) ? JSON.parse(readFileSync(sharedUrl, 'utf8')) : [];

/**
 * Where statsmodels copies y, in a window of zero radius, or lets a window hold one sample, R is the truth.
 */
const R_ONLY = new Set([
  'tiny-span-k1',
  'half-the-mass-at-one-length',
  'constant-length',
  'two-distinct-lengths',
]);

describe.skipIf(shared.length === 0)(
  `lowess agrees with the shared cases (skipped where ${sharedUrl.pathname} is absent)`,
  () => {
    it.each(shared)('$name, as R', (k) => {
      const fit = lowess(Float64Array.from(k.x), Float64Array.from(k.y), { frac: k.frac, iterations: k.it });
      expect(largestDifference(at(fit, k.x), k.r)).toBeLessThanOrEqual(BOUND * scaleOf(k.y));
    });

    it.each(shared.filter((k) => !R_ONLY.has(k.name)))('$name, as statsmodels', (k) => {
      const fit = lowess(Float64Array.from(k.x), Float64Array.from(k.y), { frac: k.frac, iterations: k.it });
      expect(largestDifference(at(fit, k.x), k.statsmodels)).toBeLessThanOrEqual(BOUND * scaleOf(k.y));
    });
  },
);
