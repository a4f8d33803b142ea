import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** The text of up to so many samples is sent at once, with its length. */
const SENT_AT_ONCE = 8_192;

/** Sends JSON that is made in pieces: at once where it is small, otherwise as fast as the client reads. */
export function sendText(reply: FastifyReply, pieces: Iterable<string>, samples: number): FastifyReply {
  reply.type('application/json; charset=utf-8');
  if (samples <= SENT_AT_ONCE) return reply.send([...pieces].join(''));
  return reply.send(Readable.from(pieces, { objectMode: false }));
}
