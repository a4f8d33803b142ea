import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { calibrateEnsemble } from '../../service/calibrate-ensemble.js';
import { checkSize } from '../../service/check-size.js';
import { chooseCurve } from '../../service/choose-curve.js';
import { ARROW_STREAM, ColumnsBody, LinesBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { sendLines } from '../bodies/send-lines.js';
import { nameUnused } from '../bodies/unused-header.js';
import { checkJsonBody } from '../schemas/check-body.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE } from '../schemas/problem-codes.js';
import { needRewardModel } from '../schemas/query.js';
import { arrowStream, idsOf, readSamples, rowLine } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import { type BatchAnswer, calibrateBatch, toCalibrateAnswer } from './answer.js';
import {
  type EnsembleAnswer,
  ensembleAnswer,
  ensembleBody,
  readEnsemble,
  toEnsembleAnswer,
} from './ensemble-schema.js';
import { calibrateLines } from './lines.js';
import {
  type CalibrateAnswer,
  type CalibrateParameters,
  calibrateAnswer,
  calibrateBody,
  calibratedLine,
  calibrateQuery,
  readCalibrateParameters,
} from './schema.js';

const schema = {
  operationId: 'calibrate',
  summary: 'Raw rewards in, calibrated rewards out',
  description:
    'calibrated = raw − Σ alpha · bias(characteristic). Row order is kept. The header `x-unused-characteristics` names numbers that came with the samples and that the curve does not use (NDJSON: `unused` in the first line that has them). The answer comes in the format of the request. With `combine`, several reward models scored the samples, and their calibrated rewards become one. NDJSON is answered line by line while it arrives, in constant memory: read while you write.',
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
    ...problems(
      ...READING_A_BODY,
      'no-scale',
      'too-many-samples',
      'too-many-reward-models',
      ...CODES_OF_ANY_CURVE,
    ),
  },
};

/** POST /v1/calibrate */
export const calibrateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  // Answers to JSON are sent without a promise, unless they hold much text: this is the hot path.
  app.post('/v1/calibrate', { schema }, ({ body, query }, reply) => {
    if (body instanceof LinesBody || body instanceof ColumnsBody)
      return calibrateSent(services, body, query, reply);
    const answer = calibrateJson(services, body, query, reply);
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
  const parameters = readCalibrateParameters(needRewardModel(query));
  if (body instanceof LinesBody) return streamLines(services, body, parameters, reply);
  const samples = checkSize(body, services.limits.maxBatch, 'MAX_BATCH');
  const answer = await calibrateBatch(services, samples, parameters, reply);
  return reply.type(ARROW_STREAM).send(await toArrow(answer));
}

function calibrateJson(
  services: Services,
  given: unknown,
  query: object,
  reply: FastifyReply,
): CalibrateAnswer | Promise<CalibrateAnswer | EnsembleAnswer> {
  if (isEnsemble(given)) return calibrateEnsembleJson(services, given, query, reply);
  const body = checkJsonBody(calibrateBody, given, query);
  const samples = checkSize(readSamples(body), services.limits.maxBatch, 'MAX_BATCH');
  const ids = body.include?.includes('ids') ? idsOf(body.samples ?? []) : undefined;
  const answer = calibrateBatch(services, samples, readCalibrateParameters(body), reply);
  if (answer instanceof Promise) return answer.then((batch) => toCalibrateAnswer(batch, ids));
  return toCalibrateAnswer(answer, ids);
}

/** Several reward models scored the samples. */
function isEnsemble(given: unknown): given is object {
  return typeof given === 'object' && given !== null && 'combine' in given;
}

async function calibrateEnsembleJson(
  services: Services,
  given: object,
  query: object,
  reply: FastifyReply,
): Promise<EnsembleAnswer> {
  const body = checkJsonBody(ensembleBody, given, query);
  const calibrated = await calibrateEnsemble(services, readEnsemble(body));
  const rows = body.samples.map(({ characteristics }) => ({ characteristics, reward: Number.NaN }));
  nameUnused(
    reply,
    { rows },
    calibrated.members.map(({ curve }) => curve),
  );
  return toEnsembleAnswer(calibrated, body);
}

/** The writer is loaded when it is first needed: apache-arrow takes 20 MB and a fifth of a second. */
async function toArrow({ rewards, biases, extrapolated, ...metadata }: BatchAnswer): Promise<Buffer> {
  const { writeArrow } = await import('../bodies/arrow-write.js');
  return Buffer.from(writeArrow({ rewards, biases, extrapolated }, metadata));
}

/** Errors of the request as a whole are answered before the first line. */
function streamLines(
  services: Services,
  { lines }: LinesBody,
  parameters: CalibrateParameters,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const curve = chooseCurve(services, parameters);
  return sendLines(reply, services, curve, calibrateLines(services, curve, lines, parameters));
}
