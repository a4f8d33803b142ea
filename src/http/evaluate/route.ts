import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CurveName } from '../../curves/curve-identity.js';
import { buffersOf } from '../../service/fit-request.js';
import { LinesBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { goneSignal } from '../gone-signal.js';
import { findNamedCurve, unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { rewardBench2Line } from '../labelled-pairs/reward-bench-2-schema.js';
import { pairLine, rewardBenchLine } from '../labelled-pairs/schema.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { refuseQuery } from '../schemas/query.js';
import type { Services } from '../services.js';
import { evaluateAnswer, toEvaluateAnswer } from './answer.js';
import type { FinishedEvaluation } from './evaluation.js';
import { readEvaluation } from './job.js';
import { readEvaluationLines } from './lines.js';
import { type EvaluateQuery, evaluateBody, evaluateQuery, rewardBench2Body } from './schema.js';

const schema = {
  operationId: 'evaluate',
  summary: 'Accuracy on labelled pairs before and after calibration; nothing is kept',
  description:
    'The RewardBench protocol: a fit on all responses of the pairs, or an existing curve, judged by the share of pairs whose chosen response has the higher reward, with an interval of the gain; and the verdict of the labels on the calibration at full strength. With `"protocol": "reward-bench-2"` rows have several completions. Lines are pairs or rows, with the parameters in the query string. Settings as for /v1/fit; `"alpha": "auto"` becomes the verdict\'s: 1, 0.5 or 0.',
  tags: ['calibration'],
  querystring: evaluateQuery,
  body: {
    content: {
      'application/json': { schema: z.union([evaluateBody, rewardBench2Body]) },
      [NDJSON]: { schema: z.union([pairLine, rewardBenchLine, rewardBench2Line]) },
    },
  },
  response: {
    200: evaluateAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_ANY_CURVE, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/evaluate */
export const evaluateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/evaluate', { schema }, async ({ body, query }, reply) => {
    const signal = goneSignal(reply);
    const finished =
      body instanceof LinesBody
        ? await evaluateLines(services, body, query, signal)
        : await evaluateJson(services, body, query, signal);
    return toEvaluateAnswer(finished);
  });
};

/** Reads lines as they arrive, and evaluates off the event loop; keeps nothing. */
async function evaluateLines(
  services: Services,
  { lines }: LinesBody,
  query: EvaluateQuery,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  const find = (name: CurveName) => findNamedCurve(services, name);
  const request = await readEvaluationLines(lines, query, services.limits.maxFitSamples, find);
  const buffers = buffersOf(request.pairs.samples);
  return services.fitter.run('evaluate', { kind: 'read', request }, buffers, signal);
}

/** Evaluates off the event loop; keeps nothing. */
function evaluateJson(
  services: Services,
  body: unknown,
  query: EvaluateQuery,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  refuseQuery(query);
  return workOnNaming(services, unreadOf(services, body), {
    read: readEvaluation,
    buffersOf: ({ pairs }) => buffersOf(pairs.samples),
    run: (job, transfer) => services.fitter.run('evaluate', job, transfer, signal),
  });
}
