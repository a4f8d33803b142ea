import { errorCodes } from 'fastify';
import { Conflict, Unreadable } from '../calibration/errors.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import {
  type CurveNeeded,
  type EvaluationRequest,
  type FinishedEvaluation,
  readEvaluation,
  type UnreadEvaluation,
} from './evaluate-job.js';
import { isSmall } from './fit-job.js';
import { UnreadBody } from './formats/bodies.js';
import type { Services } from './services.js';

/**
 * Judges a calibration by labelled pairs, off the event loop; keeps nothing. A large body is read in the worker. Where it names a curve,
 * the worker hands it back and it is sent again with the curve, since only this thread has curves.
 *
 * @throws as a fit; Conflict `no-curve`; NotFound for a version that is not there.
 */
export async function evaluatePairs(
  services: Services,
  body: unknown,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  const unread: UnreadEvaluation = { body: jsonBytes(body), maxSamples: services.limits.maxFitSamples };
  let outcome = await readAndRun(services, unread, signal);
  while ('curveNeeded' in outcome) {
    const { curveNeeded, body: again } = outcome;
    const curve = findCurve(services, curveNeeded);
    outcome = await readAndRun(services, { ...unread, body: again, curve }, signal);
  }
  return outcome;
}

function jsonBytes(body: unknown): Uint8Array<ArrayBuffer> {
  if (body === undefined || body === null) throw new Unreadable('empty-body', 'the body is empty');
  if (body instanceof UnreadBody && body.format === 'application/json') return body.bytes;
  throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
}

async function readAndRun(
  { fitter }: Services,
  unread: UnreadEvaluation,
  signal: AbortSignal,
): Promise<FinishedEvaluation | CurveNeeded> {
  const job = isSmall(unread) ? readEvaluation(unread) : unread;
  return 'curveNeeded' in job ? job : fitter.run('evaluate', job, buffersOf(job), signal);
}

/** The buffers of a job, to be handed over to the worker; a curve stays here. */
function buffersOf(job: EvaluationRequest | UnreadEvaluation): ArrayBuffer[] {
  if ('body' in job) return [job.body.buffer];
  const { rewards, characteristics } = job.pairs.samples;
  return [rewards, ...characteristics.values()].map(({ buffer }) => buffer);
}

function findCurve(
  { registry }: Services,
  { rewardModel, version }: CurveNeeded['curveNeeded'],
): VersionedCurve {
  const curve =
    version === undefined ? registry.current(rewardModel) : registry.version(rewardModel, version);
  if (curve !== undefined) return curve;
  const message = 'no curve was fitted for this reward model: leave it out to evaluate a fit of the pairs';
  throw new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
