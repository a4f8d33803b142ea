import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { type LineAnswers, openAnswers } from './line-answers.js';
import { NDJSON } from './ndjson.js';

/** Answers waiting for a client that reads only when it has sent everything: half a million lines. */
const WAITING_ANSWER_BYTES = 16 * 1_024 * 1_024;

/**
 * Sends answers as they are made; the headers name the curve that they come from.
 *
 * @throws as {@link openAnswers}.
 */
export async function sendLines(
  reply: FastifyReply,
  curve: VersionedCurve | undefined,
  answers: AsyncGenerator<LineAnswers>,
): Promise<FastifyReply> {
  const text = await openAnswers(answers);
  // An answer may end before the body; a client that still sends would lose it as its connection closes.
  const { raw } = reply.request;
  reply.raw.once('finish', () => {
    if (raw.readableEnded || raw.destroyed) return;
    raw.unpipe();
    raw.resume();
  });
  if (curve !== undefined) reply.header('x-curve-version', curve.version);
  return reply
    .type(NDJSON)
    .send(Readable.from(text, { objectMode: false, highWaterMark: WAITING_ANSWER_BYTES }));
}
