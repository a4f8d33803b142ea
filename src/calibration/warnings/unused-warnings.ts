import type { MeasuredSamples } from '../samples/samples.js';
import { listOf, type Warning } from './warning.js';

/** The code of {@link unusedWarnings}. */
export const UNUSED = 'unused-characteristics';

/**
 * `unused-characteristics`: numbers that came with the samples and that the curve does not use. The caller
 * may think that it does.
 *
 * @param used the characteristics of the curve.
 */
export function unusedWarnings(
  { unused = [] }: Pick<MeasuredSamples, 'unused'>,
  used: readonly string[],
): Warning[] {
  if (unused.length === 0) return [];
  const named = JSON.stringify(unused.slice(0, 1));
  const message = `The samples come with ${listOf(unused)}, which the curve does not use: it is one of ${listOf(used)}. Fit with "characteristics": ${named} to use ${unused.length === 1 ? 'it' : 'one of them'}.`;
  return [{ code: UNUSED, message }];
}
