import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problems, READING_A_QUERY } from '../schemas/problem.js';
import type { Services } from '../services.js';
import { toActivityAnswer } from './answer.js';
import { activityAnswer } from './schema.js';

const schema = {
  operationId: 'activity',
  summary: 'What happened in the last five minutes: calibration by reward model, and the servers behind',
  description:
    'Numbers and names only. Counts what /v1/calibrate and the sidecar calibrated (in shadow mode, too); rewards that passed through without a curve have no entry. In memory, of this process.',
  tags: ['operation'],
  querystring: z.strictObject({}),
  response: { 200: activityAnswer, ...problems(...READING_A_QUERY) },
};

/** GET /v1/activity */
export const activityRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.get('/v1/activity', { schema }, async () => toActivityAnswer(services));
};
