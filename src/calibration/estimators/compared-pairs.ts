import type { FitSettings } from '../fit/fit-settings.js';
import { indicesWhere } from '../samples/pick.js';
import { countWithin } from './mean.js';

/** One characteristic of pairs of responses whose rewards are to be compared. */
export interface PairColumn {
  readonly first: Float64Array;
  /** As long as `first`. */
  readonly second: Float64Array;
  /** Of the samples that are fitted, which windows hold. */
  readonly fitted: Float64Array;
  /** Values of the pairs that may be none of a fitted sample: windows are looked at there, too. */
  readonly others: Float64Array;
}

/** Gives the column of a characteristic. */
export type PairColumns = (characteristic: string) => PairColumn;

/**
 * Adds to settings of RC-Mean what it needs to know of the pairs that are compared: mean |c₁ − c₂|, from
 * which its windows have their reach (method, "Estimators of b̂"), and where else to look. Other estimators
 * need none of it.
 */
export function withComparedPairs<Settings extends FitSettings>(
  settings: Settings,
  columnsOf: PairColumns,
): Settings {
  if (settings.estimator !== 'mean') return settings;
  const compared = new Map(
    settings.characteristics.map(({ name }) => {
      const { first, second, others } = columnsOf(name);
      return [name, { meanDistance: meanDistance(first, second), others }] as const;
    }),
  );
  return { ...settings, compared };
}

function meanDistance(first: Float64Array, second: Float64Array): number {
  return first.reduce((sum, value, i) => sum + Math.abs(value - second[i]) / first.length, 0);
}

/**
 * The pairs in which a window of either response, in any characteristic, has fewer than `minSamples`,
 * ascending: RC-Mean keeps their raw rewards. Without {@link withComparedPairs} there are none.
 */
export function pairsWithThinWindows(
  { compared = new Map(), ratio, minSamples }: FitSettings,
  columnsOf: PairColumns,
): number[] {
  let isThin = new Uint8Array();
  for (const [name, { meanDistance: distance }] of compared) {
    const { first, second, fitted } = columnsOf(name);
    const sorted = fitted.toSorted();
    if (isThin.length === 0) isThin = new Uint8Array(first.length);
    for (const side of [first, second]) {
      for (let i = 0; i < side.length; i++)
        if (countWithin(sorted, side[i], distance / ratio) < minSamples) isThin[i] = 1;
    }
  }
  return Array.from(indicesWhere(isThin.length, (pair) => isThin[pair] === 1));
}
