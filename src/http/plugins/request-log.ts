import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Metrics } from '../../telemetry/metrics.js';

/** An id that a caller may give, safe to log and to send back. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The request's id: the caller's `x-request-id` if it is sane, a new UUID otherwise. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Counts every answer, logs the refused ones (never a body), and sends the request's id back. */
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
      if (reply.statusCode >= 400) request.log.warn(fields, 'request refused');
      else request.log.debug(fields, 'request answered');
      done();
    });
  },
);
