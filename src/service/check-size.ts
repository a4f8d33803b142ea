import { InvalidInput } from '../calibration/errors.js';
import type { Samples } from '../calibration/samples/samples.js';

/**
 * @param setting the variable that sets the limit.
 * @param place the field of the request that holds the samples.
 * @throws InvalidInput `too-many-samples` when there are more than `limit`.
 */
export function checkSize<Given extends Samples | { readonly rows: readonly unknown[] }>(
  samples: Given,
  limit: number,
  setting: 'MAX_BATCH' | 'MAX_FIT_SAMPLES',
  place = 'rows' in samples ? 'samples' : 'columns',
): Given {
  const count = 'rows' in samples ? samples.rows.length : samples.columns.rewards.length;
  if (count <= limit) return samples;
  const message = `${count} samples are more than this service takes at once: ${limit} (${setting})`;
  throw new InvalidInput(message, [{ path: [place], message }], 'too-many-samples');
}
