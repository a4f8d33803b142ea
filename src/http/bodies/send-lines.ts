import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { Services } from '../services.js';
import { type LineAnswers, openAnswers } from './line-answers.js';
import { linger } from './linger.js';
import { NDJSON } from './ndjson.js';
import { ReadAhead } from './read-ahead.js';

/** Milliseconds in which a client can send what is left of a body whose answer has ended. */
const LINGER = 30_000;

/**
 * Sends answers as they are made; the headers name the curve that they come from. They are made ahead of a
 * client that reads only when it has sent everything, as far as there is room.
 *
 * @throws as {@link openAnswers}.
 */
export async function sendLines(
  reply: FastifyReply,
  { bytesInFlight }: Pick<Services, 'bytesInFlight'>,
  curve: VersionedCurve | undefined,
  answers: AsyncGenerator<LineAnswers>,
): Promise<FastifyReply> {
  const text = await openAnswers(answers);
  // An answer may end before the body.
  linger(reply.request.raw, reply.raw, LINGER);
  if (curve !== undefined) reply.header('x-curve-version', curve.version);
  return reply.type(NDJSON).send(Readable.from(new ReadAhead(text, bytesInFlight), { objectMode: false }));
}
