import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { evaluatePairs } from './evaluate-body.js';
import { goneSignal } from '../gone-signal.js';
import { evaluateBody } from './schema.js';
import { evaluateAnswer, toEvaluateAnswer } from './answer.js';
import { problems } from '../schemas/problem.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'evaluate',
  summary: 'Accuracy on labelled pairs before and after calibration; nothing is kept',
  description:
    'The RewardBench protocol: a fit on all responses of the pairs, or an existing curve, judged by the share of pairs whose chosen response has the higher reward, with an interval of the gain. Settings as for /v1/fit; `"alpha": "auto"` is chosen by the labels.',
  tags: ['calibration'],
  querystring: z.strictObject({}),
  body: { content: { 'application/json': { schema: evaluateBody } } },
  response: { 200: evaluateAnswer, ...problems(400, 401, 404, 409, 413, 415, 422, 503) },
};

/** POST /v1/evaluate */
export const evaluateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/evaluate', { schema }, async ({ body }, reply) =>
    toEvaluateAnswer(await evaluatePairs(services, body, goneSignal(reply))),
  );
};
