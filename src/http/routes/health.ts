import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

const live = z.object({ status: z.literal('live') });
const ready = z.object({ status: z.enum(['ready', 'closing']) });
const tags = ['operation'];

/** Whether new work is welcome; false from SIGTERM on. */
export interface Readiness {
  isClosing(): boolean;
}

/** GET /health/live and GET /health/ready */
export const healthRoutes: FastifyPluginAsyncZod<Readiness> = async (app, { isClosing }) => {
  const liveSchema = { operationId: 'live', summary: 'The process runs', tags, response: { 200: live } };
  app.get('/health/live', { schema: liveSchema }, async () => ({ status: 'live' as const }));

  const readySchema = {
    operationId: 'ready',
    summary: 'Curves are loaded and requests are welcome',
    tags,
    response: {
      200: ready,
      503: { description: 'Closing', content: { 'application/json': { schema: ready } } },
    },
  };
  app.get('/health/ready', { schema: readySchema }, async (_, reply) =>
    isClosing() ? reply.code(503).send({ status: 'closing' as const }) : { status: 'ready' as const },
  );
};
