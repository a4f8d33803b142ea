import { groupSizes, withinGroups } from '../samples/group-means.js';
import { indicesWhere, pick } from '../samples/pick.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { MAX_CORRELATION_SAMPLES } from '../statistics/correlation.js';
import type { FitSettings } from './fit-settings.js';

/** A transformation of a column of the samples before correlation. */
export type ColumnView = (column: Float64Array, samples: MeasuredSamples) => Float64Array;

/**
 * The transformation for the correlation that an estimator brings to 0: none; for `lwr-within`, which ignores
 * differences between prompts, {@link withinPrompts}.
 */
export function comparedView({ estimator }: Pick<FitSettings, 'estimator'>): ColumnView {
  if (estimator !== 'lwr-within') return (column) => column;
  return (column, { groups }) => (groups === undefined ? column : withinPrompts(column, groups));
}

/** Each value less its prompt's mean, without the prompts of one sample. */
export function withinPrompts(column: Float64Array, groups: Int32Array): Float64Array {
  const sizes = groupSizes(groups);
  const several = indicesWhere(column.length, (i) => sizes[groups[i]] > 1);
  return pick(withinGroups(column, groups, sizes), several);
}

/**
 * The number of independent samples of such a correlation: one fewer for each prompt whose mean was
 * subtracted.
 */
export function countIndependent(
  { rewards, groups }: MeasuredSamples,
  { estimator }: Pick<FitSettings, 'estimator'>,
): number {
  if (estimator !== 'lwr-within' || groups === undefined)
    return Math.min(rewards.length, MAX_CORRELATION_SAMPLES);
  return independentWithin(groups, MAX_CORRELATION_SAMPLES);
}

/** The number of independent samples within prompts of several samples, thinned to `limit`. */
export function independentWithin(groups: Int32Array, limit: number): number {
  const several = groupSizes(groups).filter((size) => size > 1);
  const samples = several.reduce((sum, size) => sum + size, 0);
  return Math.min(1, limit / Math.max(1, samples)) * (samples - several.length);
}
