import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { isNdjson } from '../bodies/ndjson.js';

/**
 * A client that does not send its body in time is answered 408 and disconnected, as Node's own
 * `requestTimeout` does. That timeout would also end a stream of lines, which has no fixed duration: such a
 * stream ends only when its connection has been silent for as long. Both deadlines end with the body:
 * queueing and work are not the client's time. A client that does not read its answer is disconnected like
 * one that does not send.
 */
export const bodyDeadlinePlugin = fastifyPlugin(
  async (app: FastifyInstance, { milliseconds }: { milliseconds: number }) => {
    const giveUp = (socket: Socket) => {
      const error = new Error('the body did not arrive in time (REQUEST_TIMEOUT)');
      app.server.emit('clientError', Object.assign(error, { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    };
    app.addHook('preParsing', (request, reply, payload, done) => {
      const { socket } = request.raw;
      // An injected request has no connection that could stall.
      if (socket instanceof Socket) {
        if (isNdjson(request.headers['content-type'])) limitSilence(request, reply, milliseconds);
        else limitBody(request, () => giveUp(socket), milliseconds);
      }
      done(null, payload);
    });
  },
);

function limitBody({ raw }: FastifyRequest, giveUp: () => void, milliseconds: number): void {
  const timer = setTimeout(giveUp, milliseconds);
  // A request closes as soon as its body is read.
  raw.once('close', () => clearTimeout(timer));
}

/**
 * Limits the silence of a connection while lines are sent or answered; Node then closes it. There is no limit
 * in between.
 */
function limitSilence({ raw }: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  raw.setTimeout(milliseconds);
  raw.once('end', () => {
    if (!reply.raw.headersSent) raw.setTimeout(0);
  });
  reply.raw.once('pipe', () => raw.setTimeout(milliseconds));
}
