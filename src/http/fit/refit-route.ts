import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { fitAndStore } from '../../service/fit-and-store.js';
import { selectObserved } from '../../service/select-observed.js';
import { fitSummary, toFitSummary } from '../curves/schema.js';
import { goneSignal } from '../gone-signal.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_FIT, CODES_OF_NEW_CURVE, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { readSettings } from '../schemas/settings-schema.js';
import type { Services } from '../services.js';
import { refitBody } from './schema.js';

const schema = {
  operationId: 'refit',
  summary: 'Fit from the recent samples that calibrate observed',
  description:
    'As /v1/fit, from the window of samples sent to /v1/calibrate with `"observe": true`. Settings left out are those of the current curve. The new version has no audit (null), the one before keeps its own: audit again, on samples of the policy.',
  tags: ['calibration'],
  body: refitBody,
  response: {
    200: fitSummary,
    ...problems(
      ...READING_A_BODY,
      'nothing-observed',
      ...CODES_OF_FIT,
      ...CODES_OF_WORK,
      ...CODES_OF_NEW_CURVE,
    ),
  },
};

/** POST /v1/refit */
export const refitRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/refit', { schema }, async ({ body, log }, reply) => {
    const { reward_model: rewardModel } = body;
    const settings = readSettings(body, services.registry.current(rewardModel)?.settings);
    const observed = selectObserved(services.windows.get(rewardModel), settings);
    const wholes = services.selfCalibration.countWholes(rewardModel, observed.rewards.length);
    const samples = { ...observed, wholes };
    const caller = { signal: goneSignal(reply), log };
    return toFitSummary(await fitAndStore(services, { rewardModel, settings, samples }, caller));
  });
};
