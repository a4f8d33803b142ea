import { InvalidInput } from '../calibration/errors.js';
import type { Samples } from '../calibration/samples.js';

/** @throws InvalidInput `too-many-samples` when there are more than `limit`; `setting` is the variable that sets it. */
export function checkSize<Given extends Samples | { readonly rows: readonly unknown[] }>(
  samples: Given,
  limit: number,
  setting: 'MAX_BATCH' | 'MAX_FIT_SAMPLES',
): Given {
  const count = 'rows' in samples ? samples.rows.length : samples.columns.rewards.length;
  if (count <= limit) return samples;
  const message = `${count} samples are more than this service takes at once: ${limit} (${setting})`;
  const path = ['rows' in samples ? 'samples' : 'columns'];
  throw new InvalidInput(message, [{ path, message }], 'too-many-samples');
}
