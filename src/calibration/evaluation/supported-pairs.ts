import { columnOf } from '../estimate.js';
import { countWithin } from '../estimators/mean.js';
import type { FitSettings } from '../fit-settings.js';
import { countPairs, type LabelledPairs, meanDistance } from './pairs.js';

/**
 * RC-Mean with the distances of these pairs (method, "Estimators of b̂": d = mean |c₁ − c₂| over pairs ÷ ratio); other estimators need none.
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
 * The calibrated rewards, but the raw ones of every pair in which a window of either response, in any characteristic, has fewer than
 * `minSamples`: RC-Mean leaves such a pair as it is. Other estimators leave none.
 */
export function keepUnsupported(
  pairs: LabelledPairs,
  settings: FitSettings,
  calibrated: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const unsupported = unsupportedPairs(pairs, settings);
  if (unsupported.length === 0) return calibrated;
  const count = countPairs(pairs);
  const kept = calibrated.slice();
  for (const pair of unsupported) {
    kept[pair] = pairs.samples.rewards[pair];
    kept[pair + count] = pairs.samples.rewards[pair + count];
  }
  return kept;
}

/** The pairs that are left as they are, ascending. */
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
  return Array.from(isUnsupported.keys()).filter((pair) => isUnsupported[pair] === 1);
}
