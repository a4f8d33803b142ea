import { InvalidInput } from '../calibration/errors.js';
import { countSamples, type Samples } from '../calibration/samples.js';

/** @throws InvalidInput `too-many-samples` when there are more than `limit`; `setting` is the variable that sets it. */
export function checkSize(
  samples: Samples,
  limit: number,
  setting: 'MAX_BATCH' | 'MAX_FIT_SAMPLES',
): Samples {
  const count = countSamples(samples);
  if (count <= limit) return samples;
  const message = `${count} samples are more than this service takes at once: ${limit} (${setting})`;
  const path = ['rows' in samples ? 'samples' : 'columns'];
  throw new InvalidInput(message, [{ path, message }], 'too-many-samples');
}
