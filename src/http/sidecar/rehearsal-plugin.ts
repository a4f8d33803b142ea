import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Services } from '../services.js';

/**
 * Rehearses the sidecar once the service listens: neither the start nor a request waits for it. Its code, with
 * the client of upstreams, is loaded only where there are any.
 */
export const rehearsalPlugin = fastifyPlugin(
  async (app: FastifyInstance, services: Pick<Services, 'registry' | 'upstreams'>) => {
    const closing = new AbortController();
    let rehearsing: Promise<void> | undefined;
    app.addHook('onListen', (done) => {
      rehearsing = rehearseAll(services, closing.signal).catch((error: unknown) => {
        // The first samples are slower without it; nothing else depends on it.
        if (!closing.signal.aborted) app.log.warn({ err: error }, 'the rehearsal of the sidecar failed');
      });
      done();
    });
    app.addHook('preClose', async () => {
      closing.abort();
      await rehearsing;
    });
  },
);

async function rehearseAll(
  { registry, upstreams }: Pick<Services, 'registry' | 'upstreams'>,
  signal: AbortSignal,
): Promise<void> {
  if (upstreams.all.length === 0) return;
  const { rehearse } = await import('./rehearse.js');
  const configured = upstreams.all.map((upstream) => upstream.configured);
  await rehearse(registry, configured, signal);
}
