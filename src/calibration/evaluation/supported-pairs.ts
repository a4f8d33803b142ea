import { countWithin } from '../estimators/mean.js';
import { columnOf } from '../fit/estimate.js';
import type { FitSettings } from '../fit/fit-settings.js';
import { indicesWhere } from '../samples/pick.js';
import { countPairs, type LabelledPairs, meanDistance } from './pairs.js';

/**
 * Adds the mean distances of these pairs for RC-Mean (method, "Estimators of b̂": d = mean |c₁ − c₂| over
 * pairs ÷ ratio); other estimators need none.
 */
export function withMeanDistances<Settings extends FitSettings>(
  pairs: LabelledPairs,
  settings: Settings,
): Settings {
  if (settings.estimator !== 'mean') return settings;
  const names = settings.characteristics.map(({ name }) => name);
  return { ...settings, meanDistances: new Map(names.map((name) => [name, meanDistance(pairs, name)])) };
}

/**
 * The pairs in which a window of either response, in any characteristic, has fewer than `minSamples`,
 * ascending: RC-Mean keeps their raw rewards. Without mean distances (other estimators) there are none.
 */
export function unsupportedPairs(
  pairs: LabelledPairs,
  { meanDistances = new Map(), ratio, minSamples }: FitSettings,
): number[] {
  const count = countPairs(pairs);
  const isUnsupported = new Uint8Array(count);
  for (const [name, distance] of meanDistances) {
    const values = columnOf(pairs.samples, name);
    const sorted = values.toSorted();
    values.forEach((value, i) => {
      if (countWithin(sorted, value, distance / ratio) < minSamples) isUnsupported[i % count] = 1;
    });
  }
  return Array.from(indicesWhere(count, (pair) => isUnsupported[pair] === 1));
}

/** The calibrated rewards, but the raw ones of the `unsupported` pairs. */
export function keepRaw(
  pairs: LabelledPairs,
  unsupported: readonly number[],
  calibrated: Float64Array,
): Float64Array {
  if (unsupported.length === 0) return calibrated;
  const count = countPairs(pairs);
  const kept = calibrated.slice();
  for (const pair of unsupported) {
    kept[pair] = pairs.samples.rewards[pair];
    kept[pair + count] = pairs.samples.rewards[pair + count];
  }
  return kept;
}
