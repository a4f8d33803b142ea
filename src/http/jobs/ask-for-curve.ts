import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { CurveName } from '../../curves/curve-identity.js';
import { type Outcome, resultOf } from '../../fitting/outcome.js';

/**
 * Asks the main thread, which owns the curves, for the curve that a body names: the name is known only once
 * the body is read.
 *
 * @throws NotFound, Conflict where there is none.
 */
export async function askForCurve(port: MessagePort, name: CurveName): Promise<VersionedCurve> {
  port.postMessage(name);
  const [message] = await once(port, 'message');
  port.close();
  const outcome: Outcome<VersionedCurve> = message;
  return resultOf(outcome);
}
