import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { buffersOf } from '../../service/fit-request.js';
import { goneSignal } from '../gone-signal.js';
import { unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { evaluateAnswer, toEvaluateAnswer } from './answer.js';
import type { FinishedEvaluation } from './evaluation.js';
import { readEvaluation } from './job.js';
import { evaluateBody } from './schema.js';

const schema = {
  operationId: 'evaluate',
  summary: 'Accuracy on labelled pairs before and after calibration; nothing is kept',
  description:
    'The RewardBench protocol: a fit on all responses of the pairs, or an existing curve, judged by the share of pairs whose chosen response has the higher reward, with an interval of the gain; and the verdict of the labels on the calibration at full strength. Settings as for /v1/fit; `"alpha": "auto"` becomes the verdict\'s: 1, 0.5 or 0.',
  tags: ['calibration'],
  querystring: z.strictObject({}),
  body: { content: { 'application/json': { schema: evaluateBody } } },
  response: {
    200: evaluateAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_ANY_CURVE, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/evaluate */
export const evaluateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/evaluate', { schema }, async ({ body }, reply) =>
    toEvaluateAnswer(await evaluateBodyOf(services, body, goneSignal(reply))),
  );
};

/** Evaluates off the event loop; keeps nothing. */
function evaluateBodyOf(services: Services, body: unknown, signal: AbortSignal): Promise<FinishedEvaluation> {
  return workOnNaming(services, unreadOf(services, body), {
    read: readEvaluation,
    buffersOf: ({ pairs }) => buffersOf(pairs.samples),
    run: (job, transfer) => services.fitter.run('evaluate', job, transfer, signal),
  });
}
