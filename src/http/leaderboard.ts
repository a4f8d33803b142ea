import { Unreadable } from '../calibration/errors.js';
import { isSmall } from './fit-job.js';
import { UnreadBody } from './formats/bodies.js';
import { type CurveName, type FinishedLeaderboard, readLeaderboard } from './leaderboard-job.js';
import { answeringForCurves, findNamedCurve } from './named-curve.js';
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
  const find = (name: CurveName) => findNamedCurve(services, name);
  if (isSmall(unread)) return fitter.run('leaderboard', await readLeaderboard(unread, find), [], signal);
  return answeringForCurves(services, (port) =>
    fitter.run('leaderboard', { ...unread, port }, [body.bytes.buffer, port], signal),
  );
}
