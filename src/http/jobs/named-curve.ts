import { MessageChannel } from 'node:worker_threads';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { outcomeOf } from '../../fitting/outcome.js';
import { noCurve } from '../../service/choose-curve.js';
import { UnreadBody } from '../bodies/bodies.js';
import { emptyBody } from '../bodies/json.js';
import type { Services } from '../services.js';
import type { CurveName, FindCurve } from './curve-or-settings.js';
import { type Asking, isSmall, type UnreadJob, type UnreadJson } from './job.js';

/**
 * The curve that a request names instead of having one fitted.
 *
 * @throws NotFound for a version that is not there; Conflict `no-curve`.
 */
export function findNamedCurve({ registry }: Services, { rewardModel, version }: CurveName): VersionedCurve {
  const curve = registry.find(rewardModel, version);
  if (curve !== undefined) return curve;
  throw noCurve('leave it out to fit here');
}

/**
 * Works on a JSON body that may name a curve. A small body is read here, a large one in a worker, which asks
 * the main thread for the curve.
 *
 * @throws Unreadable `empty-body`; as the work.
 */
export async function workOnNaming<Result>(
  services: Services,
  given: unknown,
  here: (unread: UnreadJson, findCurve: FindCurve) => Promise<Result>,
  inWorker: (asking: UnreadJob<Asking>) => Promise<Result>,
): Promise<Result> {
  if (!(given instanceof UnreadBody)) throw emptyBody();
  const unread = { body: given.bytes, maxSamples: services.limits.maxFitSamples };
  const find = (name: CurveName) => findNamedCurve(services, name);
  if (isSmall(unread)) return here(unread, find);
  const { port1, port2: port } = new MessageChannel();
  port1.on('message', (name: CurveName) => port1.postMessage(outcomeOf(() => find(name))));
  try {
    return await inWorker({ kind: 'unread', ...unread, port });
  } finally {
    port1.close();
  }
}
