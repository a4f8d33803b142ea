import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { fitAndStore, storeFit } from '../../service/fit-and-store.js';
import { ARROW_STREAM } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { fitSummary, toFitSummary } from '../curves/schema.js';
import { goneSignal } from '../gone-signal.js';
import { jobOf } from '../jobs/job.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_FIT, CODES_OF_NEW_CURVE, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { arrowStream, rowLine } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import { FIT_READER } from './job.js';
import { fitBody, fitQuery } from './schema.js';

const schema = {
  operationId: 'fit',
  summary: 'Fit (or refit) a curve from the samples sent',
  description:
    'Fits reward against each characteristic by robust LOWESS and stores the curve as the new current version. Answered when the curve is durable; a failed fit changes nothing. The correlations before and after say what was taken away, not whether that is a gain: only labels do, so a new version has no audit (null).',
  tags: ['calibration'],
  querystring: fitQuery,
  body: {
    content: {
      'application/json': { schema: fitBody },
      [NDJSON]: { schema: rowLine },
      [ARROW_STREAM]: { schema: arrowStream },
    },
  },
  response: {
    200: fitSummary,
    ...problems(...READING_A_BODY, ...CODES_OF_FIT, ...CODES_OF_WORK, ...CODES_OF_NEW_CURVE),
  },
};

/** POST /v1/fit */
export const fitRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/fit', { schema }, async ({ body, query, log }, reply) => {
    const signal = goneSignal(reply);
    const job = await jobOf(body, query, services.limits.maxFitSamples, FIT_READER);
    if (job.kind === 'read') return toFitSummary(await fitAndStore(services, job.request, { signal, log }));
    const fit = await services.fitter.run('fit', job, [job.body.buffer], signal);
    return toFitSummary(await storeFit(services, fit, log));
  });
};
