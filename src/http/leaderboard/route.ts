import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { goneSignal } from '../gone-signal.js';
import { unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { toLeaderboardAnswer } from './answer.js';
import { readLeaderboard } from './job.js';
import type { FinishedLeaderboard } from './ranking.js';
import { leaderboardAnswer, leaderboardBody } from './schema.js';

const schema = {
  operationId: 'leaderboard',
  summary: 'Rank generators by raw and by calibrated win rate over a baseline; nothing is kept',
  description:
    'The AlpacaEval protocol. The curve is fitted on all outputs (not on the baseline), or taken from `reward_model`; the windows of `mean` reach mean |c(output) − c(baseline)| ÷ ratio, and a pair with a thin window keeps its raw rewards. A gain in agreement with the reference is not a law: both figures are given, whichever is better.',
  tags: ['calibration'],
  querystring: z.strictObject({}),
  body: { content: { 'application/json': { schema: leaderboardBody } } },
  response: {
    200: leaderboardAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_ANY_CURVE, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/leaderboard */
export const leaderboardRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/leaderboard', { schema }, async ({ body }, reply) =>
    toLeaderboardAnswer(await rankBody(services, body, goneSignal(reply))),
  );
};

/** Ranks generators off the event loop; keeps nothing. */
function rankBody(services: Services, body: unknown, signal: AbortSignal): Promise<FinishedLeaderboard> {
  return workOnNaming(services, unreadOf(services, body), {
    read: readLeaderboard,
    buffersOf: () => [],
    run: (job, transfer) => services.fitter.run('leaderboard', job, transfer, signal),
  });
}
