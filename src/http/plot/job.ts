import { brokenRule } from '../../calibration/errors.js';
import { toDocument } from '../../curves/curve-document.js';
import { needCurve } from '../../service/choose-curve.js';
import type { PlotJob } from '../jobs/plot-tasks.js';
import type { Services } from '../services.js';
import type { PlotQuery } from './schema.js';

/**
 * What the thread that draws needs for a plot.
 *
 * @throws as `needCurve`; InvalidInput where a version does not have the characteristic.
 */
export function plotJob(services: Pick<Services, 'registry'>, query: PlotQuery): PlotJob {
  const { reward_model: rewardModel, version: versions = [undefined], theme, width, height } = query;
  const curves = versions.map((version) => needCurve(services, { rewardModel, version }));
  const characteristic = query.characteristic ?? curves[0]?.curves[0]?.characteristic ?? '';
  for (const { version, curves: parts } of curves)
    if (!parts.some((part) => part.characteristic === characteristic))
      throw brokenRule(['characteristic'], `version ${version} is not a curve of this characteristic`);
  return { documents: curves.map(toDocument), characteristic, theme, width, height };
}
