import type { FastifyReply } from 'fastify';

/**
 * Aborted when the client disconnects before its answer is complete. (Fastify's `request.signal` listens to
 * the request, which closes as soon as its body is read.)
 */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
