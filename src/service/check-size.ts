import { brokenRule } from '../calibration/errors.js';
import { countSamples, type Samples } from '../calibration/samples/samples.js';

/** The variables that limit how much a request may hold. */
export type SizeSetting = 'MAX_BATCH' | 'MAX_FIT_SAMPLES';

/**
 * Checks how much a request holds.
 *
 * @param setting the variable that sets the limit.
 * @param field the field of the request that holds the samples.
 * @param unit what is counted.
 * @throws InvalidInput `too-many-samples` when there are more than `limit`.
 */
export function checkCount(
  count: number,
  limit: number,
  setting: SizeSetting,
  field: string,
  unit = 'samples',
): void {
  if (count <= limit) return;
  const message = `${count} ${unit} are more than this service takes at once: ${limit} (${setting})`;
  throw brokenRule([field], message, 'too-many-samples');
}

/** Checks the number of samples; gives them back. Throws as {@link checkCount}. */
export function checkSize<Given extends Samples>(samples: Given, limit: number, setting: SizeSetting): Given {
  checkCount(countSamples(samples), limit, setting, 'rows' in samples ? 'samples' : 'columns');
  return samples;
}
