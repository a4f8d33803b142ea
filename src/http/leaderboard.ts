import { MessageChannel } from 'node:worker_threads';
import { Conflict, Unreadable } from '../calibration/errors.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import { outcomeOf } from '../fitting/outcome.js';
import { isSmall } from './fit-job.js';
import { UnreadBody } from './formats/bodies.js';
import { type CurveName, type FinishedLeaderboard, readLeaderboard } from './leaderboard-job.js';
import type { Services } from './services.js';

/**
 * Ranks generators, off the event loop; keeps nothing. A large body is read in the worker, which asks here for the curve that it
 * finds named.
 *
 * @throws as a fit; Conflict `no-curve` and NotFound where the request names a curve that is not there.
 */
export async function rankByRequest(
  services: Services,
  body: unknown,
  signal: AbortSignal,
): Promise<FinishedLeaderboard> {
  if (!(body instanceof UnreadBody)) throw new Unreadable('empty-body', 'the body is empty');
  const { fitter, limits } = services;
  const unread = { body: body.bytes, maxSamples: limits.maxFitSamples };
  const find = (name: CurveName) => findCurve(services, name);
  if (isSmall(unread)) return fitter.run('leaderboard', await readLeaderboard(unread, find), [], signal);
  const { port1: here, port2: there } = new MessageChannel();
  here.on('message', (name: CurveName) => here.postMessage(outcomeOf(() => find(name))));
  try {
    const job = { ...unread, port: there };
    return await fitter.run('leaderboard', job, [body.bytes.buffer, there], signal);
  } finally {
    here.close();
  }
}

function findCurve({ registry }: Services, { rewardModel, version }: CurveName): VersionedCurve {
  const curve =
    version === undefined ? registry.current(rewardModel) : registry.version(rewardModel, version);
  if (curve !== undefined) return curve;
  const message =
    'no curve was fitted for this reward model: POST /v1/fit first, or leave it out to fit here';
  throw new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
