import { type FinishedLeaderboard, readLeaderboard } from './job.js';
import { workOnNaming } from '../jobs/named-curve.js';
import type { Services } from '../services.js';

/**
 * Ranks generators, off the event loop; keeps nothing.
 *
 * @throws as a fit; Conflict `no-curve` and NotFound where the request names a curve that is not there.
 */
export async function rankByRequest(
  services: Services,
  body: unknown,
  signal: AbortSignal,
): Promise<FinishedLeaderboard> {
  const { fitter } = services;
  return workOnNaming(
    services,
    body,
    async (unread, find) => fitter.run('leaderboard', await readLeaderboard(unread, find), [], signal),
    (asking) => fitter.run('leaderboard', asking, [asking.body.buffer, asking.port], signal),
  );
}
