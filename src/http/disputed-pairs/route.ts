import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { brokenRule } from '../../calibration/errors.js';
import { buffersOf } from '../../service/fit-request.js';
import { ARROW_STREAM, LinesBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { goneSignal } from '../gone-signal.js';
import { findNamedCurve, unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { arrowStream } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import { disputedPairsAnswer, toDisputedPairsAnswer } from './answer.js';
import { readDisputes } from './job.js';
import { searchLines } from './lines.js';
import {
  type DisputedPairsQuery,
  disputedPairsBody,
  disputedPairsQuery,
  identifiedLine,
  readDraw,
  readTexts,
} from './schema.js';
import type { FinishedSearch } from './search.js';

const schema = {
  operationId: 'disputedPairs',
  summary: 'The pairs of responses to label: those whose order the calibration would turn round',
  description:
    'Samples as for /v1/fit, each with its prompt; rows and lines may carry an `id`. Only disputed pairs can change an accuracy: twenty labels of random ones are worth hundreds of others. All pairs within a prompt are compared (of 16 random responses where there are more), at full strength (alpha = 1) and over all characteristics. Up to `count` disputed pairs are drawn uniformly, one of a prompt before a second of any prompt. Lines need a curve (`reward_model`) and take constant memory: consecutive lines with the same prompt belong together. Nothing is kept: send `key` and the labels to /v1/verdict.',
  tags: ['labels'],
  querystring: disputedPairsQuery,
  body: {
    content: {
      'application/json': { schema: disputedPairsBody },
      [NDJSON]: { schema: identifiedLine },
      [ARROW_STREAM]: { schema: arrowStream },
    },
  },
  response: {
    200: disputedPairsAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_ANY_CURVE, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/disputed-pairs */
export const disputedPairsRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/disputed-pairs', { schema }, async ({ body, query }, reply) => {
    const found =
      body instanceof LinesBody
        ? await searchStream(services, body, query)
        : await searchBody(services, body, query, goneSignal(reply));
    return toDisputedPairsAnswer(found);
  });
};

function searchStream(
  services: Services,
  { lines }: LinesBody,
  query: DisputedPairsQuery,
): Promise<FinishedSearch> {
  const { reward_model: rewardModel, version } = query;
  if (rewardModel === undefined)
    throw brokenRule(
      ['reward_model'],
      'is needed in the query string with lines, which are not kept: nothing can be fitted to them',
    );
  const curve = findNamedCurve(services, { rewardModel, version });
  const limit = services.limits.lineLimit;
  return searchLines(lines, { curve, draw: readDraw(query), texts: readTexts(query), limit });
}

/** Searches off the event loop. */
function searchBody(
  services: Services,
  body: unknown,
  query: DisputedPairsQuery,
  signal: AbortSignal,
): Promise<FinishedSearch> {
  return workOnNaming(
    services,
    { ...unreadOf(services, body), query },
    {
      read: readDisputes,
      buffersOf: ({ samples }) => buffersOf(samples),
      run: (job, transfer) => services.fitter.run('disputedPairs', job, transfer, signal),
    },
  );
}
