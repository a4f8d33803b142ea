import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { Services } from '../services.js';
import { NDJSON } from './ndjson.js';
import { ReadAhead } from './read-ahead.js';

/**
 * Sends lines as they are made; the headers name the curve that they come from. They are made ahead of a
 * client that reads only when it has sent everything, as far as there is room.
 */
export function sendLines(
  reply: FastifyReply,
  { bytesInFlight }: Pick<Services, 'bytesInFlight'>,
  curve: VersionedCurve | undefined,
  lines: AsyncIterable<string>,
): FastifyReply {
  if (curve !== undefined) reply.header('x-curve-version', curve.version);
  return reply.type(NDJSON).send(Readable.from(new ReadAhead(lines, bytesInFlight), { objectMode: false }));
}
