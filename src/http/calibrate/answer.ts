import type { FastifyReply } from 'fastify';
import { toList } from '../../calibration/samples/pick.js';
import type { Samples } from '../../calibration/samples/samples.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { calibrateSamples, namesToMeasure } from '../../service/calibrate-samples.js';
import { chooseCurve } from '../../service/choose-curve.js';
import { measureAhead } from '../../service/measure-ahead.js';
import { nameUnused } from '../bodies/unused-header.js';
import type { Services } from '../services.js';
import type { CalibrateAnswer, CalibrateParameters } from './schema.js';

/** The answer to one batch as columns; as lists it is {@link toCalibrateAnswer}. */
export interface BatchAnswer extends Omit<CalibrateAnswer, 'ids' | 'rewards' | 'biases'> {
  readonly rewards: Float64Array;
  readonly biases: Float64Array | undefined;
}

/**
 * Calibrates one batch and answers it. Much text is measured in slices, for which the answer is a promise.
 *
 * @param reply whose headers name what came with the samples and was not used.
 * @throws as {@link chooseCurve} and {@link calibrateSamples}.
 */
export function calibrateBatch(
  services: Services,
  samples: Samples,
  parameters: CalibrateParameters,
  reply: FastifyReply,
): BatchAnswer | Promise<BatchAnswer> {
  const curve = chooseCurve(services, parameters);
  if (curve !== undefined) nameUnused(reply, samples, [curve]);
  const ready = measureAhead(samples, () => namesToMeasure(curve, samples, parameters));
  const answer = (measurable: Samples) => answerBatch(services, curve, measurable, parameters);
  return ready instanceof Promise ? ready.then(answer) : answer(ready);
}

function answerBatch(
  services: Services,
  curve: VersionedCurve | undefined,
  samples: Samples,
  parameters: CalibrateParameters,
): BatchAnswer {
  const { rewards, biases, extrapolated } = calibrateSamples(services, curve, samples, parameters);
  services.metrics.batch(rewards.length);
  if (curve !== undefined) services.metrics.requested(parameters.rewardModel, curve.version);
  return {
    reward_model: parameters.rewardModel,
    version: curve?.version ?? null,
    calibrated: curve !== undefined,
    rewards,
    biases: parameters.includeBiases ? biases : undefined,
    extrapolated,
  };
}

/** The answer as JSON has it; `ids` where they are asked for. */
export function toCalibrateAnswer(
  { reward_model, version, calibrated, rewards, biases, extrapolated }: BatchAnswer,
  ids: CalibrateAnswer['ids'],
): CalibrateAnswer {
  // Field by field: an answer that is spread takes V8 longer to make and to write.
  return {
    reward_model,
    version,
    calibrated,
    ids,
    rewards: toList(rewards),
    biases: biases && toList(biases),
    extrapolated,
  };
}
