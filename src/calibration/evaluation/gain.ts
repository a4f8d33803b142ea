import type { RawAndCalibrated } from './accuracy.js';
import { type BootstrapSettings, gainInterval, type Stratum } from './bootstrap.js';

/** An accuracy or score before and after, and how sure the difference is. */
export interface Gain extends RawAndCalibrated {
  /** calibrated − raw. */
  readonly gain: number;
  /** Percentile interval (95%) of the gain. */
  readonly interval: readonly [low: number, high: number];
}

/** What was measured with its gain; throws as {@link gainInterval}. */
export function gainOf<Measured extends RawAndCalibrated>(
  measured: Measured,
  strata: readonly Stratum[],
  bootstrap: BootstrapSettings,
): Measured & Gain {
  const interval = gainInterval(strata, bootstrap);
  return { ...measured, gain: measured.calibrated - measured.raw, interval };
}
