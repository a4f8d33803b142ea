import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { type ByteBudget, HeldBytes } from '../../bytes/byte-budget.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request holds of the bytes in flight; null before its body is read. */
    held: HeldBytes | null;
  }
}

/**
 * Counts the bytes of bodies from their arrival until the answer is made, whatever holds them: the event
 * loop, a queue, or a thread.
 */
export const bytesInFlightPlugin = fastifyPlugin(
  async (app: FastifyInstance, { budget }: { budget: ByteBudget }) => {
    app.decorateRequest('held', null);
    app.addHook('preParsing', (request, reply, payload, done) => {
      const held = new HeldBytes(budget);
      request.held = held;
      reply.raw.once('close', () => held.release());
      done(null, payload);
    });
    app.addHook('onSend', (request, _reply, _payload, done) => {
      request.held?.release();
      done();
    });
  },
);
