import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { NDJSON } from './ndjson.js';

/** Answers waiting for a client that reads only when it has sent everything: half a million lines. */
const WAITING_ANSWER_BYTES = 16 * 1_024 * 1_024;

/** Sends lines as they are made; the headers name the curve that they come from. */
export function sendLines(
  reply: FastifyReply,
  curve: VersionedCurve | undefined,
  lines: AsyncIterable<string>,
): FastifyReply {
  if (curve !== undefined) reply.header('x-curve-version', curve.version);
  return reply
    .type(NDJSON)
    .send(Readable.from(lines, { objectMode: false, highWaterMark: WAITING_ANSWER_BYTES }));
}
