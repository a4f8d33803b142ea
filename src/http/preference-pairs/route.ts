import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { chooseCurve } from '../../service/choose-curve.js';
import { LinesBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { sendLines } from '../bodies/send-lines.js';
import { nameUnused } from '../bodies/unused-header.js';
import { checkJsonBody } from '../schemas/check-body.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE } from '../schemas/problem-codes.js';
import { needRewardModel } from '../schemas/query.js';
import type { Services } from '../services.js';
import { groupLine, scoredLine } from './groups-schema.js';
import { pairLines } from './lines.js';
import { pairsOfBatch } from './pairs-of-groups.js';
import {
  pairLine,
  preferencePairsAnswer,
  preferencePairsBody,
  preferencePairsQuery,
  readPairOptions,
} from './schema.js';

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
    ...problems(...READING_A_BODY, 'too-many-samples', 'answer-too-large', ...CODES_OF_ANY_CURVE),
  },
};

/** POST /v1/preference-pairs */
export const preferencePairsRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/preference-pairs', { schema }, async ({ body, query }, reply) => {
    if (body instanceof LinesBody) {
      const options = readPairOptions(needRewardModel(query));
      const curve = chooseCurve(services, options);
      return sendLines(reply, services, curve, pairLines(services, curve, body.lines, options));
    }
    const { groups, ...parameters } = checkJsonBody(preferencePairsBody, body, query);
    const options = readPairOptions(parameters);
    const curve = chooseCurve(services, options);
    const rows = groups.flatMap(({ responses }) =>
      responses.map(({ reward, characteristics }) => ({ reward, characteristics })),
    );
    if (curve !== undefined) nameUnused(reply, { rows }, [curve]);
    return pairsOfBatch(services, groups, options);
  });
};
