import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { goneSignal } from '../gone-signal.js';
import { rankByRequest } from './rank-body.js';
import { toLeaderboardAnswer } from './answer.js';
import { leaderboardAnswer, leaderboardBody } from './schema.js';
import { problems } from '../schemas/problem.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'leaderboard',
  summary: 'Rank generators by raw and by calibrated win rate over a baseline; nothing is kept',
  description:
    'The AlpacaEval protocol. The curve is fitted on all outputs (not on the baseline), or taken from `reward_model`. A gain in agreement with the reference is not a law: both figures are told, whichever is the better one.',
  tags: ['calibration'],
  querystring: z.strictObject({}),
  body: { content: { 'application/json': { schema: leaderboardBody } } },
  response: { 200: leaderboardAnswer, ...problems(400, 401, 404, 409, 413, 415, 422, 503) },
};

/** POST /v1/leaderboard */
export const leaderboardRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/leaderboard', { schema }, async ({ body }, reply) =>
    toLeaderboardAnswer(await rankByRequest(services, body, goneSignal(reply))),
  );
};
