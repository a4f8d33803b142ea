import { errorCodes } from 'fastify';
import { Unreadable } from '../calibration/errors.js';
import { type EvaluationRequest, type FinishedEvaluation, readEvaluation } from './evaluate-job.js';
import { isSmall } from './fit-job.js';
import { UnreadBody } from './formats/bodies.js';
import { answeringForCurves, findNamedCurve } from './named-curve.js';
import type { Services } from './services.js';

/**
 * Judges a calibration by labelled pairs, off the event loop; keeps nothing. A large body is read in the worker, which asks here for the
 * curve that it finds named.
 *
 * @throws as a fit; Conflict `no-curve` and NotFound where the request names a curve that is not there.
 */
export async function evaluatePairs(
  services: Services,
  given: unknown,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  const { fitter, limits } = services;
  const body = jsonBytes(given);
  const unread = { body, maxSamples: limits.maxFitSamples };
  if (!isSmall(unread)) {
    return answeringForCurves(services, (port) =>
      fitter.run('evaluate', { ...unread, port }, [body.buffer, port], signal),
    );
  }
  const job = await readEvaluation(unread, (name) => findNamedCurve(services, name));
  return fitter.run('evaluate', job, buffersOf(job), signal);
}

function jsonBytes(body: unknown): Uint8Array<ArrayBuffer> {
  if (body === undefined || body === null) throw new Unreadable('empty-body', 'the body is empty');
  if (body instanceof UnreadBody && body.format === 'application/json') return body.bytes;
  throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
}

/** The buffers of a job, to be handed over to the worker; a curve stays here. */
function buffersOf({ pairs }: EvaluationRequest): ArrayBuffer[] {
  const { rewards, characteristics } = pairs.samples;
  return [rewards, ...characteristics.values()].map(({ buffer }) => buffer);
}
