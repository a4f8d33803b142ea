import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type CalibrateOptions, calibrateBatch, chooseCurve } from '../calibrate-batch.js';
import { calibrateEnsemble } from '../calibrate-ensemble.js';
import { calibrateLines } from '../calibrate-lines.js';
import { checkSize } from '../check-size.js';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { ColumnsBody, LinesBody } from '../formats/bodies.js';
import { NDJSON } from '../formats/ndjson.js';
import {
  type CalibrateAnswer,
  calibrateAnswer,
  calibrateBody,
  calibratedLine,
  calibrateQuery,
  readCalibrateOptions,
} from '../schemas/calibrate.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { type EnsembleAnswer, ensembleAnswer, ensembleBody } from '../schemas/ensemble.js';
import { problems } from '../schemas/problem.js';
import { needRewardModel, refuseQuery } from '../schemas/query.js';
import { arrowStream, readSamples, rowLine } from '../schemas/samples.js';
import { sendLines } from '../send-lines.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'calibrate',
  summary: 'Raw rewards in, calibrated rewards out',
  description:
    'calibrated = raw − Σ alpha · bias(characteristic). Row order is kept. The answer comes in the format of the request. With `combine`, several reward models scored the samples, and their calibrated rewards become one. NDJSON is answered line by line while it arrives, in constant memory: read while you write.',
  tags: ['calibration'],
  querystring: calibrateQuery,
  body: {
    content: {
      'application/json': { schema: z.union([calibrateBody, ensembleBody]) },
      [NDJSON]: { schema: rowLine },
      [ARROW_STREAM]: { schema: arrowStream },
    },
  },
  response: {
    200: {
      description: 'In the format of the request',
      content: {
        'application/json': { schema: z.union([calibrateAnswer, ensembleAnswer]) },
        [NDJSON]: { schema: calibratedLine },
        [ARROW_STREAM]: { schema: arrowStream },
      },
    },
    ...problems(400, 401, 404, 409, 413, 415, 422, 503),
  },
};

/** POST /v1/calibrate */
export const calibrateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  // Answers to JSON are sent without a promise, unless they hold much text: they are the hot ones.
  app.post('/v1/calibrate', { schema }, ({ body, query }, reply) => {
    if (body instanceof LinesBody || body instanceof ColumnsBody)
      return calibrateSent(services, body, query, reply);
    const answer = calibrateJson(services, body, query);
    if (answer instanceof Promise) return answer;
    reply.send(answer);
    return undefined;
  });
};

/** Answers samples whose parameters are in the query string, in the format in which they came. */
async function calibrateSent(
  services: Services,
  body: LinesBody | ColumnsBody,
  query: z.output<typeof calibrateQuery>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const options = readCalibrateOptions(needRewardModel(query));
  if (body instanceof LinesBody) return streamLines(services, body, options, reply);
  const samples = checkSize(body, services.limits.maxBatch, 'MAX_BATCH');
  return reply.type(ARROW_STREAM).send(await toArrow(await calibrateBatch(services, samples, options)));
}

function calibrateJson(
  services: Services,
  given: unknown,
  query: object,
): CalibrateAnswer | Promise<CalibrateAnswer | EnsembleAnswer> {
  refuseQuery(query);
  if (isEnsemble(given)) return calibrateEnsemble(services, checkOrThrow(ensembleBody, given));
  const body = checkOrThrow(calibrateBody, given);
  const samples = checkSize(readSamples(body), services.limits.maxBatch, 'MAX_BATCH');
  return calibrateBatch(services, samples, readCalibrateOptions(body));
}

/** Several reward models scored the samples. */
function isEnsemble(given: unknown): given is object {
  return typeof given === 'object' && given !== null && 'combine' in given;
}

/** The writer is loaded when it is first needed: apache-arrow takes 20 MB and a fifth of a second. */
async function toArrow({ rewards, biases, extrapolated, ...metadata }: CalibrateAnswer): Promise<Buffer> {
  const { writeArrow } = await import('../formats/arrow-write.js');
  return Buffer.from(writeArrow({ rewards, biases, extrapolated }, metadata));
}

/** What is wrong with the request as a whole is answered before the first line. */
function streamLines(
  services: Services,
  { lines }: LinesBody,
  options: CalibrateOptions,
  reply: FastifyReply,
): FastifyReply {
  const curve = chooseCurve(services, options);
  return sendLines(reply, curve, calibrateLines(services, curve, lines, options));
}
