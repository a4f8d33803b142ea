import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { changeStrength } from '../../service/change-curve.js';
import { strengthExamples } from '../schemas/examples.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_NEW_CURVE, CODES_OF_STORED_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { curveSummary, toSummary } from './schema.js';

const strengthBody = z
  .strictObject({
    reward_model: rewardModelName,
    version: z.int().min(1).optional().describe('By default the current one'),
    alpha: z.number().describe('Calibration strength of all characteristics: alpha · bias is subtracted'),
  })
  .meta({ id: 'StrengthRequest', examples: strengthExamples });

const schema = {
  operationId: 'changeStrength',
  summary: 'Make a new current version of a curve with another alpha, without samples',
  description:
    'The same biases, and the same audit, which is of the curve at alpha = 1. What only samples show of the calibrated rewards is left out: correlations after calibration, `reward_scale` (an ensemble answers 409 `no-scale`), and the warnings about them; the warning `strength-changed` says so. Of several characteristics the later ones were fitted on what the alpha of the fit had left, and stay so: fit anew where that matters. The current version with the alpha that it has already is answered as it is; of another version it makes a new one even so.',
  tags: ['curves'],
  body: strengthBody,
  response: {
    200: curveSummary,
    ...problems(...READING_A_BODY, ...CODES_OF_STORED_CURVE, ...CODES_OF_NEW_CURVE),
  },
};

/** POST /v1/curves/strength */
export const strengthRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/curves/strength', { schema }, async ({ body, log }) => {
    const { reward_model: rewardModel, version, alpha } = body;
    return toSummary(await changeStrength(services, { rewardModel, version }, alpha, log));
  });
};
