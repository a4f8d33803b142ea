import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Unreadable } from '../../calibration/errors.js';
import { collectLines } from './lines.js';
import { fitAndStore } from '../../service/fit-and-store.js';
import type { FitJob } from './job.js';
import { ARROW_STREAM } from '../bodies/arrow-stream.js';
import { LinesBody, UnreadBody } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { goneSignal } from '../gone-signal.js';
import { curveSummary, toSummary } from '../curves/schema.js';
import { type FitQuery, fitBody, fitQuery } from './schema.js';
import { problems } from '../schemas/problem.js';
import { needRewardModel } from '../schemas/query.js';
import { arrowStream, rowLine } from '../schemas/samples.js';
import { readSettings } from '../schemas/settings.js';
import type { Services } from '../services.js';

const schema = {
  operationId: 'fit',
  summary: 'Fit (or refit) a curve from the samples sent',
  description:
    'Fits reward against each characteristic by robust LOWESS and stores the curve as the new current version. Answered when the curve is durable; a failed fit changes nothing.',
  tags: ['calibration'],
  querystring: fitQuery,
  body: {
    content: {
      'application/json': { schema: fitBody },
      [NDJSON]: { schema: rowLine },
      [ARROW_STREAM]: { schema: arrowStream },
    },
  },
  response: { 200: curveSummary, ...problems(400, 401, 409, 413, 415, 422, 503) },
};

/** POST /v1/fit */
export const fitRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/fit', { schema }, async ({ body, query, log }, reply) => {
    const signal = goneSignal(reply);
    const job = await toJob(body, query, services.limits.maxFitSamples);
    return toSummary(await fitAndStore(services, job, { signal, log }));
  });
};

async function toJob(body: unknown, query: FitQuery, maxSamples: number): Promise<FitJob> {
  if (body instanceof UnreadBody) return { format: body.format, body: body.bytes, query, maxSamples };
  if (!(body instanceof LinesBody)) throw new Unreadable('empty-body', 'the body is empty');
  const parameters = needRewardModel(query);
  const settings = readSettings(parameters);
  const names = settings.characteristics.map(({ name }) => name);
  const samples = await collectLines(body.lines, names, maxSamples);
  return { rewardModel: parameters.reward_model, settings, samples };
}
