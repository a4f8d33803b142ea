import { setImmediate, setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Connections } from '../admission/connections.js';

/**
 * How often idle connections are dropped while closing: a tenth of a second delays no shutdown noticeably.
 */
const SWEEP_MILLISECONDS = 100;

/** What closing needs. */
export interface Closing {
  /** `now` is set when closing begins. */
  readonly closing: { now: boolean };
  readonly connections: Connections;
  /** Milliseconds for which new connections are still taken. */
  readonly drainDelay: number;
}

/**
 * Closes without waiting for idle connections and without dropping requests in flight. From `close()` on,
 * every answer carries `Connection: close`. New connections are taken for the time of the delay, in which a
 * balancer sees that the service is not ready; then idle connections are closed. `app.close()` alone waits
 * for a client's keep-alive timeout, and for connections that never sent a request; `forceCloseConnections`
 * drops work. Requests of one connection take turns.
 */
export const gracefulClosePlugin = fastifyPlugin(
  async (app: FastifyInstance, { closing, connections, drainDelay }: Closing) => {
    app.addHook('onRequest', (request, reply, done) => connections.begin(request, reply.raw, done));
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (closing.now) reply.header('connection', 'close');
      done();
    });
    app.addHook('preClose', async () => {
      closing.now = true;
      await setTimeout(drainDelay);
      // Node ends connections that are idle as soon as it closes its server: those of clients that send one
      // request after the other are not idle for that long, and have been answered for the last time.
      if (connections.count > 0) await setTimeout(SWEEP_MILLISECONDS);
      const sweep = setInterval(() => void closeIdle(connections), SWEEP_MILLISECONDS);
      app.server.once('close', () => clearInterval(sweep));
      sweep.unref();
      await setImmediate();
    });
  },
);

/** Right behind a look at what has arrived, so that a request that did is read. */
async function closeIdle(connections: Connections): Promise<void> {
  await setImmediate();
  connections.closeIdle();
}
