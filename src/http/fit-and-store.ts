import type { FastifyBaseLogger } from 'fastify';
import type { VersionedCurve } from '../curves/curve-history.js';
import { buffersOf, type FitJob, readFit } from './fit-job.js';
import type { Services } from './services.js';

/** Who asks: aborted when the client goes away, and where to log. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
}

/** Larger bodies are read in the worker; these take the event loop about a millisecond, less than a thread's turn. */
const READ_HERE_BYTES = 131_072;

/**
 * Fits off the event loop, stores the curve as the reward model's new current version, and only then answers. A failed
 * or aborted fit changes nothing.
 */
export async function fitAndStore(
  { fitter, registry, windows, metrics }: Services,
  given: FitJob,
  { signal, log }: Caller,
): Promise<VersionedCurve> {
  const job = 'body' in given && given.body.length <= READ_HERE_BYTES ? readFit(given) : given;
  if ('rewardModel' in job) registry.checkRoom(job.rewardModel, windows.rewardModels);
  const { rewardModel, settings, count, fit, seconds } = await fitter.run(job, buffersOf(job), signal);
  registry.checkRoom(rewardModel, windows.rewardModels);
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
