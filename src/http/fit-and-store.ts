import type { FastifyBaseLogger } from 'fastify';
import type { BiasCurve } from '../calibration/bias-curve.js';
import type { FitSettings } from '../calibration/fit-settings.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import { buffersOf, type FitJob, isSmall, readFit } from './fit-job.js';
import type { Services } from './services.js';

/** Who asks: aborted when the client goes away, and where to log. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
}

/**
 * Fits off the event loop, stores the curve as the reward model's new current version, and only then answers. A failed
 * or aborted fit changes nothing.
 *
 * @throws Unavailable `curve-unreadable`, `store-unavailable`; Conflict `too-many-reward-models`; as the fit.
 */
export async function fitAndStore(
  { fitter, registry, windows, metrics }: Pick<Services, 'fitter' | 'registry' | 'windows' | 'metrics'>,
  given: FitJob,
  { signal, log }: Caller,
): Promise<VersionedCurve> {
  const job = 'body' in given && isSmall(given) ? readFit(given) : given;
  if ('rewardModel' in job) {
    registry.checkReadable(job.rewardModel);
    registry.checkRoom(job.rewardModel, windows.rewardModels);
  }
  const fitted = await fitter.run('fit', job, buffersOf(job), signal);
  const { rewardModel, samples } = fitted;
  registry.checkRoom(rewardModel, windows.rewardModels);
  const settings = { ...fitted.settings, characteristics: alphasOf(fitted.curves) };
  const curve = await registry.add({ ...fitted, settings, fittedAt: new Date().toISOString() });
  const seconds = curve.diagnostics.fitSeconds;
  metrics.fitted(rewardModel, samples, seconds);
  metrics.current(curve);
  log.info({ rewardModel, version: curve.version, samples, seconds }, 'curve fitted');
  return curve;
}

/** The characteristics in order, each with the α that was used. */
function alphasOf(curves: readonly BiasCurve[]): FitSettings['characteristics'] {
  const alphas = new Map(curves.map(({ characteristic, alpha }) => [characteristic, alpha]));
  return [...alphas].map(([name, alpha]) => ({ name, alpha }));
}
