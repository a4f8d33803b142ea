import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreState } from '../../curves/store-watch.js';

const live = z.object({ status: z.literal('live') }).describe('It answers');
const ready = z
  .object({
    status: z.literal('ready'),
    store: z
      .enum(['ok', 'unavailable'])
      .describe(
        'Whether curves can be stored. Where they cannot, changes answer 503 and calibrating goes on',
      ),
  })
  .describe('Ready, and whether curves can be stored');
const closing = z.object({ status: z.literal('closing') });
const tags = ['operation'];

/** Whether new work is welcome; false from SIGTERM on. */
export interface Readiness {
  isClosing(): boolean;
  storeState(): Promise<StoreState>;
}

/** GET /health/live and GET /health/ready */
export const healthRoutes: FastifyPluginAsyncZod<Readiness> = async (app, { isClosing, storeState }) => {
  const liveSchema = { operationId: 'live', summary: 'The process runs', tags, response: { 200: live } };
  app.get('/health/live', { schema: liveSchema }, async () => ({ status: 'live' as const }));

  const readySchema = {
    operationId: 'ready',
    summary: 'Curves are loaded and requests are welcome',
    tags,
    response: {
      200: ready,
      503: { description: 'Closing', content: { 'application/json': { schema: closing } } },
    },
  };
  app.get('/health/ready', { schema: readySchema }, async (_, reply) => {
    if (isClosing()) return reply.code(503).send({ status: 'closing' as const });
    return { status: 'ready' as const, store: await storeState() };
  });
};
