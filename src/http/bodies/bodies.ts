import type { Readable } from 'node:stream';
import type { SampleColumns } from '../../calibration/samples/samples.js';
import type { Line } from './ndjson.js';

/** The media type of an Arrow IPC stream (registered at IANA). */
export const ARROW_STREAM = 'application/vnd.apache.arrow.stream';

/** Samples that came as columns of numbers; the parameters are in the query string. */
export class ColumnsBody {
  readonly columns: SampleColumns;

  constructor(columns: SampleColumns) {
    this.columns = columns;
  }
}

/** Samples that arrive as lines, one a row; the parameters are in the query string. */
export class LinesBody {
  readonly lines: AsyncIterable<readonly Line[]>;

  constructor(lines: AsyncIterable<readonly Line[]>) {
    this.lines = lines;
  }
}

/** The chunks of a body; a reader that stops early leaves the connection open for its refusal. */
export function chunksOf(body: Readable): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }) };
}

/** A body that is not parsed yet. */
export class UnreadBody {
  readonly format: 'application/json' | typeof ARROW_STREAM;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(format: UnreadBody['format'], bytes: Uint8Array<ArrayBuffer>) {
    this.format = format;
    this.bytes = bytes;
  }
}
