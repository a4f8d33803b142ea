import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CurveName } from '../../curves/curve-identity.js';
import { LinesBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { goneSignal } from '../gone-signal.js';
import { findNamedCurve, unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { refuseQuery } from '../schemas/query.js';
import type { Services } from '../services.js';
import { toLeaderboardAnswer } from './answer.js';
import { leaderboardAnswer } from './answer-schema.js';
import { readLeaderboard } from './job.js';
import { readLeaderboardLines } from './lines.js';
import type { FinishedLeaderboard } from './ranking.js';
import { type LeaderboardQuery, leaderboardBody, leaderboardQuery, outputLine } from './schema.js';

const schema = {
  operationId: 'leaderboard',
  summary: 'Rank generators by raw and by calibrated win rate over a baseline; nothing is kept',
  description:
    'The AlpacaEval protocol. The curve is fitted on all outputs (not on the baseline), or taken from `reward_model`; the windows of `mean` reach mean |c(output) − c(baseline)| ÷ ratio, and a pair with a thin window keeps its raw rewards. As lines, the outputs of the generator `baseline` are the baseline. A gain in agreement with the reference is not a law: both figures are given, whichever is better.',
  tags: ['calibration'],
  querystring: leaderboardQuery,
  body: {
    content: { 'application/json': { schema: leaderboardBody }, [NDJSON]: { schema: outputLine } },
  },
  response: {
    200: leaderboardAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_ANY_CURVE, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/leaderboard */
export const leaderboardRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/leaderboard', { schema }, async ({ body, query }, reply) => {
    const signal = goneSignal(reply);
    const finished =
      body instanceof LinesBody
        ? await rankLines(services, body, query, signal)
        : await rankJson(services, body, query, signal);
    return toLeaderboardAnswer(finished);
  });
};

/** Reads lines as they arrive, and ranks generators off the event loop; keeps nothing. */
async function rankLines(
  services: Services,
  { lines }: LinesBody,
  query: LeaderboardQuery,
  signal: AbortSignal,
): Promise<FinishedLeaderboard> {
  const find = (name: CurveName) => findNamedCurve(services, name);
  const request = await readLeaderboardLines(lines, query, services.limits.maxFitSamples, find);
  return services.fitter.run('leaderboard', { kind: 'read', request }, [], signal);
}

/** Ranks generators off the event loop; keeps nothing. */
function rankJson(
  services: Services,
  body: unknown,
  query: LeaderboardQuery,
  signal: AbortSignal,
): Promise<FinishedLeaderboard> {
  refuseQuery(query);
  return workOnNaming(services, unreadOf(services, body), {
    read: readLeaderboard,
    buffersOf: () => [],
    run: (job, transfer) => services.fitter.run('leaderboard', job, transfer, signal),
  });
}
