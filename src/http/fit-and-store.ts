import type { FastifyBaseLogger } from 'fastify';
import type { FitSettings } from '../calibration/fit.js';
import type { MeasuredSamples } from '../calibration/samples.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { Services } from './services.js';

/** Who asks: aborted when the client goes away, and where to log. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
}

/**
 * Fits off the event loop, stores the curve as the reward model's new current version, and only then answers. A failed
 * or aborted fit changes nothing.
 */
export async function fitAndStore(
  { fitter, registry, windows, metrics }: Services,
  rewardModel: string,
  samples: MeasuredSamples,
  settings: FitSettings,
  { signal, log }: Caller,
): Promise<VersionedCurve> {
  registry.checkRoom(rewardModel, windows.rewardModels);
  const count = samples.rewards.length;
  const { fit, seconds } = await fitter.fit(samples, settings, signal);
  const curve = await registry.add({
    rewardModel,
    fittedAt: new Date().toISOString(),
    estimator: settings.estimator,
    frac: settings.frac,
    iterations: settings.iterations,
    samples: count,
    curves: fit.curves,
    diagnostics: { ...fit.diagnostics, fitSeconds: seconds },
  });
  metrics.fitted(rewardModel, count, seconds);
  metrics.current(rewardModel, curve.version, curve.fittedAt);
  log.info({ rewardModel, version: curve.version, samples: count, seconds }, 'curve fitted');
  return curve;
}
