import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { releaseMemory } from '../operation/release-memory.js';
import { compileGates } from '../schemas/gate.js';
import type { Services } from '../services.js';

/** After so many fits V8 has compiled most of what a fit runs: about a second of processor time. */
const WARMING_ROUNDS = 20;

type Rehearsed = Pick<Services, 'fitter' | 'registry' | 'upstreams'>;

/**
 * Runs once what the first requests would wait for, when the service listens: a worker thread, the checks of
 * bodies, and the sidecar's way where there are upstreams. Then gives back the memory that the start took
 * beyond need. Neither the start nor a request waits for it, except for the last step: see
 * {@link releaseMemory}.
 */
export const rehearsalPlugin = fastifyPlugin(async (app: FastifyInstance, services: Rehearsed) => {
  const closing = new AbortController();
  const { signal } = closing;
  let rehearsing: Promise<unknown> | undefined;
  app.addHook('onListen', (done) => {
    const parts = [
      services.fitter.warm(WARMING_ROUNDS, signal),
      compileGates(signal),
      rehearseSidecar(services, signal),
    ];
    const warn = (error: unknown) => {
      // The first requests are slower without it; nothing else depends on it.
      if (!signal.aborted) app.log.warn({ err: error }, 'a rehearsal failed');
    };
    rehearsing = Promise.all(parts.map((part) => part.catch(warn)))
      .then(() => (signal.aborted ? undefined : releaseMemory()))
      .catch(warn);
    done();
  });
  app.addHook('preClose', async () => {
    closing.abort();
    await rehearsing;
  });
});

/** Its code, with the client of upstreams, is loaded only where there are any. */
async function rehearseSidecar(
  { registry, upstreams }: Pick<Rehearsed, 'registry' | 'upstreams'>,
  signal: AbortSignal,
): Promise<void> {
  if (upstreams.all.length === 0) return;
  const { rehearse } = await import('../sidecar/rehearse.js');
  const configured = upstreams.all.map((upstream) => upstream.configured);
  await rehearse(registry, configured, signal);
}
