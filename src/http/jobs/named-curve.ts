import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { CurveName } from '../../curves/curve-identity.js';
import { outcomeOf } from '../../fitting/outcome.js';
import { noCurve } from '../../service/choose-curve.js';
import { UnreadBody } from '../bodies/bodies.js';
import { emptyBody } from '../bodies/json.js';
import type { Services } from '../services.js';
import type { FindCurve } from './curve-or-settings.js';
import { type Asking, isSmall, type Job, type UnreadJson } from './job.js';

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
 * A body that is still bytes, as a reader takes it.
 *
 * @throws Unreadable `empty-body`.
 */
export function unreadOf(
  { limits }: Pick<Services, 'limits'>,
  given: unknown,
): UnreadJson & Pick<UnreadBody, 'format'> {
  if (!(given instanceof UnreadBody)) throw emptyBody();
  return { format: given.format, body: given.bytes, maxSamples: limits.maxFitSamples };
}

/** How requests that may name a curve are read, and worked on in a worker thread. */
export interface NamingWork<Given extends UnreadJson, Request, Result> {
  read(given: Given, findCurve: FindCurve): Promise<Request>;
  /** Of a request that was read here: what the thread takes over. */
  buffersOf(request: Request): ArrayBuffer[];
  run(job: Job<Request, Asking<Given>>, transfer: (ArrayBuffer | MessagePort)[]): Promise<Result>;
}

/**
 * Works off the event loop on a body that may name a curve. A small body is read here, a large one in the
 * worker, which asks the main thread for the curve.
 *
 * @throws as the work.
 */
export async function workOnNaming<Given extends UnreadJson, Request, Result>(
  services: Services,
  unread: Given,
  { read, buffersOf, run }: NamingWork<Given, Request, Result>,
): Promise<Result> {
  const find = (name: CurveName) => findNamedCurve(services, name);
  if (isSmall(unread)) {
    const request = await read(unread, find);
    return run({ kind: 'read', request }, buffersOf(request));
  }
  const { port1, port2: port } = new MessageChannel();
  port1.on('message', (name: CurveName) => port1.postMessage(outcomeOf(() => find(name))));
  try {
    return await run({ kind: 'unread', ...unread, port }, [unread.body.buffer, port]);
  } finally {
    port1.close();
  }
}
