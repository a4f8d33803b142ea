import { type PairColumns, pairsWithThinWindows, withComparedPairs } from '../estimators/compared-pairs.js';
import { columnOf } from '../fit/estimate.js';
import type { FitSettings } from '../fit/fit-settings.js';
import { indicesWhere } from '../samples/pick.js';
import { bySide, countPairs, type LabelledPairs, samplesOfPair } from './pairs.js';

/** Adds to settings of RC-Mean what it needs to know of these pairs; other estimators need nothing. */
export function withLabelledPairs<Settings extends FitSettings>(
  pairs: LabelledPairs,
  settings: Settings,
): Settings {
  return withComparedPairs(settings, columnsOf(pairs));
}

/**
 * The pairs that RC-Mean leaves as they are, ascending; see {@link pairsWithThinWindows}. Of a row of
 * completions, which are compared with each other, all pairs or none.
 */
export function unsupportedPairs(pairs: LabelledPairs, settings: FitSettings): number[] {
  const thin = pairsWithThinWindows(settings, columnsOf(pairs));
  if (pairs.completions === undefined || thin.length === 0) return thin;
  const rows = new Set(thin.map((pair) => pairs.prompts[pair]));
  return Array.from(indicesWhere(countPairs(pairs), (pair) => rows.has(pairs.prompts[pair])));
}

/** All responses are fitted. */
function columnsOf(pairs: LabelledPairs): PairColumns {
  const count = countPairs(pairs);
  return (characteristic) => {
    const fitted = columnOf(pairs.samples, characteristic);
    const sides = bySide(pairs, fitted);
    const first = sides.subarray(0, count);
    return { first, second: sides.subarray(count), fitted, others: new Float64Array() };
  };
}

/** The biases, but 0 for the `unsupported` pairs: subtracting them is {@link keepRaw}. */
export function removeNothing(
  pairs: LabelledPairs,
  unsupported: readonly number[],
  biases: Float64Array,
): Float64Array {
  return withPairsReplaced(pairs, unsupported, biases, () => 0);
}

/** The calibrated rewards, but the raw ones of the `unsupported` pairs. */
export function keepRaw(
  pairs: LabelledPairs,
  unsupported: readonly number[],
  calibrated: Float64Array,
): Float64Array {
  const { rewards } = pairs.samples;
  return withPairsReplaced(pairs, unsupported, calibrated, (response) => rewards[response]);
}

/** A copy of the column in which both responses of the chosen pairs have another value. */
function withPairsReplaced(
  pairs: LabelledPairs,
  chosen: readonly number[],
  column: Float64Array,
  replacement: (response: number) => number,
): Float64Array {
  if (chosen.length === 0) return column;
  const replaced = column.slice();
  for (const pair of chosen)
    for (const response of samplesOfPair(pairs, pair)) replaced[response] = replacement(response);
  return replaced;
}
