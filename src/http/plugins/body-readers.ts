import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM, ColumnsBody, chunksOf, LinesBody, UnreadBody } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { type Line, NDJSON_TYPES, readLines } from '../bodies/ndjson.js';
import { StreamTurns } from '../bodies/stream-turns.js';
import { wholeBody } from './whole-body.js';

/*
 * The formats that a scope of routes reads. Each plugin adds one format to the scope that registers it; other
 * formats are refused. Fastify's own readers are removed once, in app.ts.
 */

const JSON_TYPE = 'application/json';

/** JSON, as its value. */
export const jsonReader = fastifyPlugin(async (app: FastifyInstance) => {
  app.addContentTypeParser(
    JSON_TYPE,
    wholeBody((bytes) => parseJson(bytes.view())),
  );
});

/** Arrow, as columns of samples. */
export const columnsReader = fastifyPlugin(async (app: FastifyInstance) => {
  app.addContentTypeParser(
    ARROW_STREAM,
    wholeBody(async (bytes) => new ColumnsBody(await readArrowStream(bytes.view()))),
  );
});

/**
 * Lines of JSON, as they arrive; a line has at most `lineLimit` bytes. All that use one reader take turns.
 */
export function linesReader(lineLimit: number) {
  const turns = new StreamTurns();
  return fastifyPlugin(async (app: FastifyInstance) => {
    app.addContentTypeParser(
      NDJSON_TYPES,
      async (request: FastifyRequest, body: Readable) =>
        new LinesBody(noteLines(request, readLines(chunksOf(body), lineLimit, request.held, turns))),
    );
  });
}

/** The same lines; the request knows when the last ones were read. */
async function* noteLines(
  request: FastifyRequest,
  lines: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[]> {
  for await (const some of lines) {
    request.lastLine = performance.now();
    yield some;
  }
}

/** JSON, kept as bytes for a worker to read. */
export const unreadJson = unreadReader(JSON_TYPE);

/** Arrow, kept as bytes for a worker to read. */
export const unreadColumns = unreadReader(ARROW_STREAM);

function unreadReader(format: UnreadBody['format']) {
  return fastifyPlugin(async (app: FastifyInstance) => {
    app.addContentTypeParser(
      format,
      wholeBody((bytes) => new UnreadBody(format, bytes.own())),
    );
  });
}
