import { groupSizes, withinGroups } from '../samples/group-means.js';
import { indicesWhere, pick } from '../samples/pick.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { MAX_CORRELATION_SAMPLES } from '../statistics/correlation.js';
import type { FitSettings } from './fit-settings.js';

/** How a column of the samples is looked at. */
export type ColumnView = (column: Float64Array, samples: MeasuredSamples) => Float64Array;

/**
 * How columns are looked at for the correlation that an estimator is to bring to 0: as they are; but for `lwr-within`, which leaves
 * alone what differs between prompts, less their prompt's mean, without prompts of one sample.
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

/** How many independent samples such a correlation stands on: less one for each prompt whose mean was taken off. */
export function countIndependent(
  { rewards, groups }: MeasuredSamples,
  { estimator }: Pick<FitSettings, 'estimator'>,
): number {
  if (estimator !== 'lwr-within' || groups === undefined)
    return Math.min(rewards.length, MAX_CORRELATION_SAMPLES);
  return independentWithin(groups, MAX_CORRELATION_SAMPLES);
}

/** Of the samples in prompts of several, thinned to `limit`: how many are independent once their prompts' means are taken off. */
export function independentWithin(groups: Int32Array, limit: number): number {
  const several = groupSizes(groups).filter((size) => size > 1);
  const samples = several.reduce((sum, size) => sum + size, 0);
  return Math.min(1, limit / Math.max(1, samples)) * (samples - several.length);
}
