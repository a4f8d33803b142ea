import type { Ranking } from '../statistics/column-ranking.js';
import { type Shape, shapeOf } from '../statistics/distribution.js';
import { describeWeight, type WeightTaken } from './robust-weight.js';
import { figure, percent, type Warning } from './warning.js';

/**
 * A distribution with more skewness than this is highly skewed (Bulmer 1979, Principles of Statistics,
 * chapter 4).
 */
const HIGHLY_SKEWED = 1;

/**
 * And more than so many standard errors, √(6/n) for normal values, so that few samples are not skewed by
 * chance.
 */
const SKEWNESS_ERRORS = 3;

/** The bimodality coefficient of uniform values, above which there may be two modes (SAS). */
const UNIFORM_BIMODALITY = 5 / 9;

/**
 * Three standard errors of that coefficient for uniform values are 1/√n (simulated: 0.33 to 0.35 /√n each).
 */
const BIMODALITY_MARGIN = 1;

/**
 * One skewed mode has a large coefficient, too, but then a long tail: of the gamma distributions only those
 * with an excess kurtosis above 6 come near 5/9. Two modes of 50:50 have −2 at most, of 80:20 up to 0.25.
 */
const LONG_TAIL = 1;

/**
 * This share of equal rewards at the end of a scale is a limit that was hit: of continuous rewards one sample
 * is at the end.
 */
const CLIPPED_SHARE = 0.02;
const CLIPPED_SAMPLES = 5;

/**
 * Grades and judges' marks have up to 21 values (0 to 100 in fives); continuous scores, even in bfloat16,
 * have hundreds.
 */
const FEW_VALUES = 32;

/**
 * This share of the samples must have one of these values, and so many samples share each: a few other values
 * do not make the scale continuous.
 */
const MOST_SAMPLES = 0.95;
const SAMPLES_PER_VALUE = 4;

/**
 * `rewards-bimodal` or `rewards-skewed`: by the residuals, which do not have the form that the characteristic
 * gives to the rewards.
 */
export function shapeWarnings(residuals: Float64Array, taken: WeightTaken): Warning[] {
  const shape = shapeOf(residuals);
  if (shape === undefined) return [];
  const n = residuals.length;
  if (isBimodal(shape, n)) return [bimodal(shape, taken)];
  if (isSkewed(shape, n)) return [skewed(shape, taken)];
  return [];
}

function isBimodal({ bimodality, excessKurtosis }: Shape, n: number): boolean {
  return bimodality > UNIFORM_BIMODALITY + BIMODALITY_MARGIN / Math.sqrt(n) && excessKurtosis < LONG_TAIL;
}

function isSkewed({ skewness }: Shape, n: number): boolean {
  return Math.abs(skewness) > Math.max(HIGHLY_SKEWED, SKEWNESS_ERRORS * Math.sqrt(6 / n));
}

function bimodal({ bimodality }: Shape, taken: WeightTaken): Warning {
  const message = `the rewards, the bias taken off, seem to have two modes (bimodality coefficient ${figure(bimodality)}; above ${figure(UNIFORM_BIMODALITY)} speaks for two). ${describeWeight(taken)} Robust iterations can drop a whole mode, and the mean between two modes is a reward that no sample has. Compare "iterations": 0 and 3, or fit the reward before it was squashed (a logit, not a probability).`;
  return { code: 'rewards-bimodal', message };
}

function skewed({ skewness }: Shape, taken: WeightTaken): Warning {
  const message = `the rewards, the bias taken off, are skewed (skewness ${figure(skewness)}; beyond ±${HIGHLY_SKEWED} is much). ${describeWeight(taken)} Then a fit with robust iterations follows the bulk of the rewards, and one without the long tail; they can differ in the sign of what is left. Compare "iterations": 0 and 3, or take "auto".`;
  return { code: 'rewards-skewed', message };
}

/** `rewards-discrete`, or else `rewards-clipped`: by the raw rewards. */
export function valueWarnings({ values, counts, places }: Ranking): Warning[] {
  const n = places.length;
  const covering = valuesCovering(counts, MOST_SAMPLES * n);
  if (covering <= FEW_VALUES && covering * SAMPLES_PER_VALUE <= n) return [discrete(covering)];
  const last = values.length - 1;
  const ends = [
    { end: 'smallest', value: values[0], count: counts[0] },
    { end: 'largest', value: values[last], count: counts[last] },
  ].filter(({ count }) => count >= Math.max(CLIPPED_SAMPLES, CLIPPED_SHARE * n));
  return ends.length === 0 ? [] : [clipped(ends, n)];
}

/** How many of the most frequent values it takes for so many samples. */
function valuesCovering(counts: Int32Array, samples: number): number {
  const ascending = counts.slice().sort();
  let covered = 0;
  let values = 0;
  while (values < counts.length && covered < samples) covered += ascending[counts.length - ++values];
  return values;
}

function discrete(values: number): Warning {
  const message = `${percent(MOST_SAMPLES)} of the rewards have one of ${values} value(s): they are marks, not scores on a continuous scale. Calibrated rewards are no longer marks, ties are broken by the characteristic alone, and robust iterations may drop whole marks. Average several judgements, or use the judge's token probabilities; compare "iterations": 0 and 3.`;
  return { code: 'rewards-discrete', message };
}

function clipped(
  ends: readonly { readonly end: string; readonly value: number; readonly count: number }[],
  n: number,
): Warning {
  const seen = ends
    .map(
      ({ end, value, count }) =>
        `${percent(count / n)} of the rewards are equal to the ${end}, ${figure(value)}`,
    )
    .join(', and ');
  const message = `${seen}: a limit cut them off. Beyond it the reward says nothing, so the bias there is underestimated, and calibration ranks equal rewards by the characteristic alone. Fit the rewards before clipping (a logit, not a probability), or leave such samples out.`;
  return { code: 'rewards-clipped', message };
}
