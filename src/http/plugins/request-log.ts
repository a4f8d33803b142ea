import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Metrics } from '../../telemetry/metrics.js';
import { OVERLOADED } from './shed-load.js';

/** An id that a caller may give, safe to log and to send back. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The request's id: the caller's `x-request-id` if it is sane, a new UUID otherwise. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Logs answers that break off. {@link requestLogPlugin} replaces Fastify's other lines about requests. */
export class BrokenAnswerLog extends LogController {
  constructor() {
    super({ disableRequestLogging: true });
  }

  /**
   * A stream failed after its head was sent: the client can only be disconnected. A client that disconnects
   * is no failure.
   */
  override streamError(error: NodeJS.ErrnoException, _request: FastifyRequest, reply: FastifyReply): void {
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    reply.log.error({ err: error }, 'an answer broke off');
  }
}

/**
 * Counts every answer, logs the refused ones (never a body; those for overload together), and sends the
 * request's id back.
 */
export const requestLogPlugin = fastifyPlugin(
  async (app: FastifyInstance, { metrics }: { metrics: Metrics }) => {
    // Hooks with `done`, not promises: these run for every request.
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
      const fields = {
        method: request.method,
        route,
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
      };
      // Refusals for overload have a line a second.
      if (reply.statusCode >= 400 && reply.problemCode !== OVERLOADED)
        request.log.warn({ ...fields, code: reply.problemCode }, 'request refused');
      else request.log.debug(fields, 'request answered');
      done();
    });
  },
);
