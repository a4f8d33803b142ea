import { biasAt } from '../curve/bias-curve.js';
import { withinPrompts } from '../fit/compared-columns.js';
import type { FitFigures } from '../fit/diagnostics.js';
import { columnOf } from '../fit/estimate.js';
import type { ResolvedFitSettings } from '../fit/fit-settings.js';
import type { FittedSamples } from '../fit/fitted-samples.js';
import { withoutRounding } from '../statistics/rounding.js';
import { endWarnings, neighbourWarnings, tieWarnings } from './characteristic-warnings.js';
import { correlationWarnings } from './correlation-warnings.js';
import { backFittingWarnings, effectWarnings } from './curve-warnings.js';
import { outlierWarnings } from './outlier-warnings.js';
import { promptWarnings } from './prompt-warnings.js';
import { shapeWarnings, valueWarnings } from './reward-warnings.js';
import { weightTaken } from './robust-weight.js';
import { unusedWarnings } from './unused-warnings.js';
import type { Warning } from './warning.js';
import { weightWarnings } from './weight-warnings.js';
import { wholeTextWarnings } from './whole-text-warnings.js';

/**
 * The warnings about a fit, worst first: about what it passed over, its effect, then about possible causes
 * (method, "What real reward models show"). At most one warning of each code. Samples are thinned before
 * sorting, so all of it costs a fraction of a fit.
 */
export function findWarnings(fitted: FittedSamples, figures: FitFigures): Warning[] {
  const { samples, sample, settings, estimation } = fitted;
  const residuals = withoutRounding(residualsOf(fitted), figures.rounding);
  const values = columnOf(samples, settings.characteristics[0].name);
  const taken = weightTaken(residuals, figures.robustWeightRemoved);
  return [
    ...unusedWarnings(samples, namesOf(settings)),
    ...wholeTextWarnings(samples),
    ...correlationWarnings(figures, { values, rewards: samples.rewards }, settings),
    ...promptWarnings(samples, settings),
    ...effectWarnings(estimation.curves),
    ...backFittingWarnings(estimation.characteristics),
    ...weightWarnings(taken),
    ...outlierWarnings(samples.rewards, settings),
    ...shapeWarnings(residuals, taken),
    ...valueWarnings(sample.order.rankingOf(sample.samples.rewards)),
    ...neighbourWarnings(figures.characteristics, samples.rewards.length),
    ...tieWarnings(sample, settings),
    ...endWarnings(samples, estimation.curves),
  ];
}

function namesOf({ characteristics }: ResolvedFitSettings): string[] {
  return characteristics.map(({ name }) => name);
}

/**
 * The residuals of the last regression, of the diagnosed samples: the rewards less the bias, all of it in the
 * last characteristic whatever its α, and for `lwr-within` less their prompt's level (without prompts of one
 * sample).
 */
function residualsOf({
  sample: { samples, of },
  settings: { estimator },
  estimation: { curves, remaining },
}: FittedSamples): Float64Array {
  const { characteristic } = curves[curves.length - 1];
  const values = columnOf(samples, characteristic);
  const weakened = curves.filter((curve) => curve.characteristic === characteristic && curve.alpha !== 1);
  const residuals = of(remaining).slice();
  for (const curve of weakened) {
    for (let i = 0; i < residuals.length; i++) residuals[i] -= (1 - curve.alpha) * biasAt(curve, values[i]);
  }
  const { groups } = samples;
  return estimator === 'lwr-within' && groups !== undefined ? withinPrompts(residuals, groups) : residuals;
}
