import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { isNdjson } from '../bodies/ndjson.js';

/**
 * A client that does not send its body in time is answered 408 and disconnected, as by Node's own `requestTimeout`. That one
 * would also end a stream of lines, which takes as long as it takes: such a stream ends only when nothing moves on its
 * connection for as long. Both deadlines end with the body: what the service makes of it, and how long it waits for its turn, is
 * not the client's time. A client that does not read its answer is disconnected like one that does not send.
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
  for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
}

/** While lines come or go, the connection may be silent for so long (Node then closes it); never while neither is due. */
function limitSilence({ raw }: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  raw.setTimeout(milliseconds);
  raw.once('end', () => {
    if (!reply.raw.headersSent) raw.setTimeout(0);
  });
  reply.raw.once('pipe', () => raw.setTimeout(milliseconds));
}
