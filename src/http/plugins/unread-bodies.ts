import type { Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { chunksOf, UnreadBody } from '../formats/bodies.js';

/** Room for a body whose beginning is all that came yet. */
const FIRST_ROOM = 65_536;

/**
 * Leaves bodies as bytes, for a worker to read. They are copied into place as they arrive, a chunk at a time: putting a body of 24 MB
 * together at its end would hold up everybody else for ten milliseconds. Their room is doubled as it fills: a client that
 * announces much and sends nothing takes nothing.
 */
export const unreadBodiesPlugin = fastifyPlugin(
  async (app: FastifyInstance, { bodyLimit }: { bodyLimit: number }) => {
    app.removeContentTypeParser(['application/json', ARROW_STREAM]);
    for (const format of ['application/json', ARROW_STREAM] as const) {
      app.addContentTypeParser(
        format,
        async (request: FastifyRequest, body: Readable) =>
          new UnreadBody(
            format,
            await collect(chunksOf(body), announcedLength(request, bodyLimit), bodyLimit),
          ),
      );
    }
  },
);

/** The length that the client says beforehand; the limit where it does not. */
function announcedLength({ headers }: FastifyRequest, bodyLimit: number): number {
  const length = headers['content-encoding'] === undefined ? Number(headers['content-length']) : Number.NaN;
  if (length > bodyLimit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  return Number.isNaN(length) ? bodyLimit : length;
}

async function collect(
  chunks: AsyncIterable<Buffer>,
  announced: number,
  bodyLimit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(FIRST_ROOM, announced));
  let length = 0;
  for await (const chunk of chunks) {
    const end = length + chunk.length;
    if (end > bodyLimit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    if (end > bytes.length) bytes = enlarged(bytes, Math.max(end, Math.min(2 * bytes.length, announced)));
    bytes.set(chunk, length);
    length = end;
  }
  return bytes.subarray(0, length);
}

function enlarged(bytes: Uint8Array<ArrayBuffer>, room: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(room);
  larger.set(bytes);
  return larger;
}
