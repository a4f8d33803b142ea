import { type EvaluationRequest, type FinishedEvaluation, readEvaluation } from './job.js';
import { workOnNaming } from '../jobs/named-curve.js';
import type { Services } from '../services.js';

/**
 * Judges a calibration by labelled pairs, off the event loop; keeps nothing.
 *
 * @throws as a fit; Conflict `no-curve` and NotFound where the request names a curve that is not there.
 */
export async function evaluatePairs(
  services: Services,
  body: unknown,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  const { fitter } = services;
  return workOnNaming(
    services,
    body,
    async (unread, find) => {
      const job = await readEvaluation(unread, find);
      return fitter.run('evaluate', job, buffersOf(job), signal);
    },
    (asking) => fitter.run('evaluate', asking, [asking.body.buffer, asking.port], signal),
  );
}

/** The buffers of a job, to be handed over to the worker; a curve stays here. */
function buffersOf({ pairs }: EvaluationRequest): ArrayBuffer[] {
  const { rewards, characteristics } = pairs.samples;
  return [rewards, ...characteristics.values()].map(({ buffer }) => buffer);
}
