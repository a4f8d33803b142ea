import type { FastifyReply } from 'fastify';

/**
 * Aborted when the client disconnects before its answer is complete. (Fastify's `request.signal` listens to
 * the request, which closes as soon as its body is read.)
 */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  whenGone(reply, () => controller.abort());
  return controller.signal;
}

/** Calls back when the client disconnects before its answer is complete. */
export function whenGone({ raw }: FastifyReply, gone: () => void): void {
  raw.once('close', () => {
    if (!raw.writableFinished) gone();
  });
}
