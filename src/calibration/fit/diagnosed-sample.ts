import { pick } from '../samples/pick.js';
import { type MeasuredSamples, selectSamples } from '../samples/samples.js';
import { thinGroups, thinnedIndices } from '../samples/thin-samples.js';
import { ColumnOrder } from '../statistics/column-order.js';
import { MAX_CORRELATION_SAMPLES } from '../statistics/correlation.js';
import type { FitSettings } from './fit-settings.js';

/** The samples that the diagnostics of a fit look at: the same for all of them. */
export interface DiagnosedSample {
  /** Which of the fitted samples, ascending. */
  readonly indices: Uint32Array;
  readonly samples: MeasuredSamples;
  /** Of columns of these samples. */
  readonly order: ColumnOrder;
  /** A column of all fitted samples for these alone. */
  of(column: Float64Array): Float64Array;
}

/**
 * Up to {@link MAX_CORRELATION_SAMPLES} of the samples, evenly spaced; for estimators that compare within
 * prompts of about so many, in whole prompts.
 */
export function diagnosedSample(all: MeasuredSamples, { estimator }: FitSettings): DiagnosedSample {
  const { groups, rewards } = all;
  const count = rewards.length;
  const indices =
    estimator === 'lwr-within' && groups !== undefined
      ? thinGroups(groups, MAX_CORRELATION_SAMPLES)
      : thinnedIndices(count, MAX_CORRELATION_SAMPLES);
  const areAll = indices.length === count;
  return {
    indices,
    samples: areAll ? all : selectSamples(all, indices),
    order: new ColumnOrder(),
    of: (column) => (areAll ? column : pick(column, indices)),
  };
}
