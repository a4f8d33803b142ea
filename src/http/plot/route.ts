import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { goneSignal } from '../gone-signal.js';
import { problems, READING_A_QUERY } from '../schemas/problem.js';
import { CODES_OF_STORED_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { plotJob } from './job.js';
import { plotQuery } from './schema.js';

const SVG = 'image/svg+xml';

const schema = {
  operationId: 'plotCurves',
  summary: 'Draw one version of a curve, or two, over the density of the samples that were fitted',
  description:
    'The line is the fitted mean reward (bias on the right-hand axis: the same, less its mean), with a band of two standard errors on both sides, the fitted range, and what happens beyond it. All of the bias is drawn, whatever alpha. The colour of a bin is its count by its area on the plot. Of another characteristic than the first, the bias alone is drawn, less its mean. No scripts, no fonts, no links; `title` and `desc` say in words what is seen. Drawn in a thread of its own; too many at once are a 503 `plot-queue-full`.',
  tags: ['curves'],
  querystring: plotQuery,
  response: {
    200: { description: 'The plot', content: { [SVG]: { schema: z.string() } } },
    ...problems(...READING_A_QUERY, 'plot-queue-full', 'work-timeout', 'closing', ...CODES_OF_STORED_CURVE),
  },
};

/** A plot opened by itself runs nothing and loads nothing, whatever it holds. */
const CONTENT_SECURITY = "default-src 'none'; style-src 'unsafe-inline'";

/** GET /v1/curves/plot */
export const plotRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.get('/v1/curves/plot', { schema }, async ({ query }, reply) => {
    const svg = await services.plotter.run('plot', plotJob(services, query), [], goneSignal(reply));
    return reply
      .type(SVG)
      .headers({ 'content-security-policy': CONTENT_SECURITY, 'x-content-type-options': 'nosniff' })
      .serializer((text: string) => text)
      .send(svg);
  });
};
