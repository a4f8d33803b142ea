import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Conflict } from '../calibration/errors.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import { outcomeOf } from '../fitting/outcome.js';
import type { CurveName } from './leaderboard-job.js';
import type { Services } from './services.js';

/**
 * The curve that a request names instead of having one fitted.
 *
 * @throws NotFound for a version that is not there; Conflict `no-curve`.
 */
export function findNamedCurve({ registry }: Services, { rewardModel, version }: CurveName): VersionedCurve {
  const curve = registry.find(rewardModel, version);
  if (curve !== undefined) return curve;
  const message =
    'no curve was fitted for this reward model: POST /v1/fit first, or leave it out to fit here';
  throw new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}

/** Does work whose worker may ask, at the other end of the port, for the curve that a body names. */
export async function answeringForCurves<Result>(
  services: Services,
  work: (port: MessagePort) => Promise<Result>,
): Promise<Result> {
  const { port1: here, port2: there } = new MessageChannel();
  here.on('message', (name: CurveName) => here.postMessage(outcomeOf(() => findNamedCurve(services, name))));
  try {
    return await work(there);
  } finally {
    here.close();
  }
}
