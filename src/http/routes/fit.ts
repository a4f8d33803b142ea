import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { measure } from '../../calibration/samples.js';
import { checkSize } from '../check-size.js';
import { fitAndStore } from '../fit-and-store.js';
import { curveSummary, toSummary } from '../schemas/curves.js';
import { fitBody, readSettings } from '../schemas/fit.js';
import { problems } from '../schemas/problem.js';
import { readSamples } from '../schemas/samples.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'fit',
  summary: 'Fit (or refit) a curve from the samples sent',
  description:
    'Fits reward against each characteristic by robust LOWESS and stores the curve as the new current version. Answered when the curve is durable; a failed fit changes nothing.',
  tags: ['calibration'],
  body: fitBody,
  response: { 200: curveSummary, ...problems(400, 401, 409, 413, 415, 422, 503) },
};

/** POST /v1/fit */
export const fitRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/fit', { schema }, async (request) => {
    const settings = readSettings(request.body);
    const samples = checkSize(readSamples(request.body), services.limits.maxFitSamples, 'MAX_FIT_SAMPLES');
    const names = settings.characteristics.map(({ name }) => name);
    const measured = measure(samples, names);
    return toSummary(await fitAndStore(services, request.body.reward_model, measured, settings, request));
  });
};
