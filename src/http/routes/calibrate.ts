import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { calibrateBatch } from '../calibrate-batch.js';
import { checkSize } from '../check-size.js';
import { calibrateAnswer, calibrateBody } from '../schemas/calibrate.js';
import { problems } from '../schemas/problem.js';
import { readSamples } from '../schemas/samples.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'calibrate',
  summary: 'Raw rewards in, calibrated rewards out',
  description: 'calibrated = raw − Σ alpha · bias(characteristic). Row order is kept.',
  tags: ['calibration'],
  body: calibrateBody,
  response: { 200: calibrateAnswer, ...problems(400, 401, 404, 409, 413, 415, 422, 503) },
};

/** POST /v1/calibrate */
export const calibrateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/calibrate', { schema }, async ({ body }) => {
    const samples = checkSize(readSamples(body), services.limits.maxBatch, 'MAX_BATCH');
    return calibrateBatch(services, samples, {
      rewardModel: body.reward_model,
      version: body.version,
      keepMean: body.keep_mean ?? false,
      observe: body.observe ?? false,
      onMissingCurve: body.on_missing_curve ?? 'error',
      includeBiases: body.include?.includes('biases') ?? false,
    });
  });
};
