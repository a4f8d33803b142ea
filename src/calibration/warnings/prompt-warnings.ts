import { independentWithin, withinPrompts } from '../fit/compared-columns.js';
import { columnOf } from '../fit/estimate.js';
import type { FitSettings } from '../fit/fit-settings.js';
import { groupSizes, meanByGroup } from '../samples/group-means.js';
import { type MeasuredSamples, selectSamples } from '../samples/samples.js';
import { thinGroups } from '../samples/thin-samples.js';
import { spearman, thinEvenly } from '../statistics/correlation.js';
import { isClear } from './correlation-warnings.js';
import { figure, type Warning } from './warning.js';

/**
 * Most samples to rank, of whole prompts. The standard error is then 0.02, so 0.04 is significant, which is
 * below a clear correlation.
 */
const MAX_RANKED = 2_500;

/**
 * `within-prompt-disagrees`, where prompts are known and the estimator does not compare within them already.
 */
export function promptWarnings(samples: MeasuredSamples, settings: FitSettings): Warning[] {
  if (samples.groups === undefined || settings.estimator === 'lwr-within') return [];
  const thinned = selectSamples(samples, thinGroups(samples.groups, MAX_RANKED));
  const { rewards, groups = samples.groups } = thinned;
  const { name } = settings.characteristics[0];
  const column = columnOf(thinned, name);
  const correlate = (view: (column: Float64Array) => Float64Array) =>
    spearman(thinEvenly(view(column), MAX_RANKED), thinEvenly(view(rewards), MAX_RANKED)) ?? 0;
  const within = correlate((values) => withinPrompts(values, groups));
  if (!isClear(within, independentWithin(groups, MAX_RANKED))) return [];
  const sizes = groupSizes(groups);
  const prompts = sizes.filter((size) => size > 0).length;
  const across = correlate((values) =>
    meanByGroup(values, groups, sizes).filter((mean) => !Number.isNaN(mean)),
  );
  if (!isClear(across, Math.min(prompts, MAX_RANKED)) || Math.sign(within) === Math.sign(across)) return [];
  const message = `Spearman(${name}, reward) is ${figure(within)} within prompts but ${figure(across)} across the prompts' means: prompts that get long answers also get other rewards. Estimator "${settings.estimator}" mixes the two, and rankings of responses to one prompt may get worse. Fit with "estimator": "lwr-within".`;
  return [{ code: 'within-prompt-disagrees', message }];
}
