import type { FastifyReply } from 'fastify';
import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import type { Samples } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import type { VersionedCurve } from '../../curves/curve-history.js';

/**
 * Names characteristics that came with samples and that no curve used, as the answer's body has no place for
 * it.
 */
const UNUSED = 'x-unused-characteristics';

/**
 * Says in a header which characteristics of the samples none of the curves uses; without a curve nothing is
 * calibrated, and nothing said.
 *
 * @param samples as they came, before text was measured into them.
 */
export function nameUnused(reply: FastifyReply, samples: Samples, curves: readonly VersionedCurve[]): void {
  if (curves.length === 0) return;
  const used = characteristicsOf(
    curves.length === 1 ? (curves[0]?.curves ?? []) : curves.flatMap((curve) => curve.curves),
  );
  const unused = unusedCharacteristics(samples, used);
  if (unused.length > 0) reply.header(UNUSED, unused.join(', '));
}
