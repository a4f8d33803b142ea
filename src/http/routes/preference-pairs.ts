import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { chooseCurve } from '../calibrate-batch.js';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { LinesBody } from '../formats/bodies.js';
import { NDJSON } from '../formats/ndjson.js';
import { pairLines } from '../pair-lines.js';
import { pairsOfBatch } from '../preference-pairs.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { groupLine, scoredLine } from '../schemas/preference-groups.js';
import {
  pairLine,
  preferencePairsAnswer,
  preferencePairsBody,
  preferencePairsQuery,
  readPairOptions,
} from '../schemas/preference-pairs.js';
import { problems } from '../schemas/problem.js';
import { needRewardModel, refuseQuery } from '../schemas/query.js';
import { sendLines } from '../send-lines.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'preferencePairs',
  summary: 'Scored responses in, preference pairs for DPO out, chosen by calibrated reward',
  description:
    "Calibrates with the reward model's curve, without fitting, and answers pairs in TRL's preference format. NDJSON is answered line by line while it arrives, in constant memory: read while you write. A line is a group, or one response (consecutive lines with the same prompt are a group). A wrong line is answered in its place; the last line is the summary, unless `summary=false`.",
  tags: ['calibration'],
  querystring: preferencePairsQuery,
  body: {
    content: {
      'application/json': { schema: preferencePairsBody },
      [NDJSON]: { schema: groupLine.or(scoredLine) },
    },
  },
  response: {
    200: {
      description: 'In the format of the request',
      content: {
        'application/json': { schema: preferencePairsAnswer },
        [NDJSON]: { schema: pairLine },
      },
    },
    ...problems(400, 401, 404, 409, 413, 415, 422, 503),
  },
};

/** POST /v1/preference-pairs */
export const preferencePairsRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  // Columns of numbers have no text to make pairs of.
  app.removeContentTypeParser(ARROW_STREAM);
  app.post('/v1/preference-pairs', { schema }, async ({ body, query }, reply) => {
    if (body instanceof LinesBody) {
      const options = readPairOptions(needRewardModel(query));
      const curve = chooseCurve(services, options);
      return sendLines(reply, curve, pairLines(services, curve, body.lines, options));
    }
    refuseQuery(query);
    const { groups, ...parameters } = checkOrThrow(preferencePairsBody, body);
    return pairsOfBatch(services, groups, readPairOptions(parameters));
  });
};
