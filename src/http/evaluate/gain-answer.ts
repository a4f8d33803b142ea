import { z } from 'zod';
import type { Gain } from '../../calibration/evaluation/gain.js';

/** A share of pairs, or of what an accuracy counts. */
export const share = z.number().min(0).max(1);

/** An accuracy before and after. */
export const rawAndCalibrated = { raw: share, calibrated: share };

/** An accuracy before and after, and how sure the difference is. */
export const gain = {
  ...rawAndCalibrated,
  gain: z.number().describe('calibrated − raw'),
  interval: z
    .tuple([z.number(), z.number()])
    .describe('Percentile bootstrap interval (95%) of the gain, pairs resampled, the calibration as it is'),
};

/** A gain as the API shows it. */
export function toGain({ raw, calibrated, gain: gained, interval: [low, high] }: Gain) {
  const interval: [number, number] = [low, high];
  return { raw, calibrated, gain: gained, interval };
}
