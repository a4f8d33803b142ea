import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../services.js';

const schema = {
  operationId: 'metrics',
  summary: 'Metrics in the Prometheus text format',
  tags: ['operation'],
  response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } },
};

/** GET /metrics. Those who ask while it is written get the same text. */
export const metricsRoute: FastifyPluginAsyncZod<Pick<Services, 'metrics'>> = async (app, { metrics }) => {
  const { registry } = metrics;
  let writing: Promise<string> | undefined;
  const write = () => {
    writing ??= registry.metrics().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  app.get('/metrics', { schema }, async (_, reply) =>
    reply
      .type(registry.contentType)
      .serializer((text: string) => text)
      .send(await write()),
  );
};
