import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { buffersOf } from '../../service/fit-request.js';
import { ARROW_STREAM } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';
import { sendText } from '../bodies/send-text.js';
import { goneSignal } from '../gone-signal.js';
import { jobOf } from '../jobs/job.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import { arrowStream, rowLine } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import { FIT_CALIBRATE_READER } from './job.js';
import { fitCalibrateAnswer, fitCalibrateBody, fitCalibrateQuery, fitCalibrateText } from './schema.js';

const schema = {
  operationId: 'fitCalibrate',
  summary: 'Fit on a batch and calibrate that same batch; nothing is kept',
  description:
    "The paper's protocol. Settings and samples as for /v1/fit, without a reward model; the answer is JSON whatever the samples came in.",
  tags: ['calibration'],
  querystring: fitCalibrateQuery,
  body: {
    content: {
      'application/json': { schema: fitCalibrateBody },
      [NDJSON]: { schema: rowLine },
      [ARROW_STREAM]: { schema: arrowStream },
    },
  },
  response: {
    200: fitCalibrateAnswer,
    ...problems(...READING_A_BODY, ...CODES_OF_FIT, ...CODES_OF_WORK),
  },
};

/** POST /v1/fit-calibrate */
export const fitCalibrateRoute: FastifyPluginAsyncZod<Services> = async (app, { fitter, limits }) => {
  app.post('/v1/fit-calibrate', { schema }, async ({ body, query }, reply) => {
    const signal = goneSignal(reply);
    const job = await jobOf(body, query, limits.maxFitSamples, FIT_CALIBRATE_READER);
    const transfer = job.kind === 'read' ? buffersOf(job.request.samples) : [job.body.buffer];
    const result = await fitter.run('fitCalibrate', job, transfer, signal);
    return sendText(reply, fitCalibrateText(result), result.samples);
  });
};
