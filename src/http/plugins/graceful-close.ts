import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** How often idle connections are dropped while closing: a tenth of a second is not felt at shutdown. */
const SWEEP_MILLISECONDS = 100;

/**
 * Closing without waiting for idle keep-alive connections and without dropping requests in flight: from `close()` on
 * every answer carries `Connection: close`, and connections are closed as soon as they fall idle. `app.close()` alone
 * waits for a client's keep-alive timeout; `forceCloseConnections` drops work.
 */
export const gracefulClosePlugin = fastifyPlugin(async (app: FastifyInstance, closing: { now: boolean }) => {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing.now) reply.header('connection', 'close');
    done();
  });
  app.addHook('preClose', async () => {
    closing.now = true;
    const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MILLISECONDS);
    app.server.once('close', () => clearInterval(sweep));
    sweep.unref();
  });
});
