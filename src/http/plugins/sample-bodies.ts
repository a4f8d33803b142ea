import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { readArrow } from '../formats/arrow-read.js';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { ColumnsBody, chunksOf, LinesBody } from '../formats/bodies.js';
import { NDJSON, readLines } from '../formats/ndjson.js';
import { wholeBody } from './whole-body.js';

/** Reads the formats whose body holds samples alone: Arrow at once, lines as they come. */
export const sampleBodiesPlugin = fastifyPlugin(
  async (app: FastifyInstance, { lineLimit }: { lineLimit: number }) => {
    app.addContentTypeParser(
      ARROW_STREAM,
      wholeBody((bytes) => new ColumnsBody(readArrow(bytes.view()))),
    );
    app.addContentTypeParser(
      NDJSON,
      async (_: unknown, body: Readable) => new LinesBody(readLines(chunksOf(body), lineLimit)),
    );
  },
);
