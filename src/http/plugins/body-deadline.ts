import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { NDJSON } from '../formats/ndjson.js';

/**
 * A client that does not send its body in time is answered 408 and disconnected, as by Node's own `requestTimeout`. That one
 * would also end a stream of lines, which takes as long as it takes: such a stream ends only when nothing moves on its
 * connection for as long.
 */
export const bodyDeadlinePlugin = fastifyPlugin(
  async (app: FastifyInstance, { milliseconds }: { milliseconds: number }) => {
    const giveUp = (socket: unknown) => {
      const error = new Error('the body did not arrive in time (REQUEST_TIMEOUT)');
      app.server.emit('clientError', Object.assign(error, { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    };
    app.addHook('preParsing', ({ raw, headers }, _reply, payload, done) => {
      // An injected request has no connection that could stall.
      if (raw.socket instanceof Socket) {
        if (headers['content-type']?.startsWith(NDJSON)) raw.setTimeout(milliseconds, () => raw.destroy());
        else {
          const timer = setTimeout(giveUp, milliseconds, raw.socket);
          raw.once('close', () => clearTimeout(timer));
        }
      }
      done(null, payload);
    });
  },
);
