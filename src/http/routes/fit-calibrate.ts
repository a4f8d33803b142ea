import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { fitAndCalibrate } from '../fit-and-calibrate.js';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { NDJSON } from '../formats/ndjson.js';
import { goneSignal } from '../gone-signal.js';
import {
  fitCalibrateAnswer,
  fitCalibrateBody,
  fitCalibrateQuery,
  fitCalibrateText,
} from '../schemas/fit-calibrate.js';
import { problems } from '../schemas/problem.js';
import { arrowStream, rowLine } from '../schemas/samples.js';
import { sendText } from '../send-text.js';
import type { Services } from '../services.js';

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
  response: { 200: fitCalibrateAnswer, ...problems(400, 401, 413, 415, 422, 503) },
};

/** POST /v1/fit-calibrate */
export const fitCalibrateRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/fit-calibrate', { schema }, async ({ body, query }, reply) => {
    const result = await fitAndCalibrate(services, body, query, goneSignal(reply));
    return sendText(reply, fitCalibrateText(result), result.samples);
  });
};
