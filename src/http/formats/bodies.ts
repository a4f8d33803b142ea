import type { Readable } from 'node:stream';
import type { SampleColumns } from '../../calibration/samples.js';
import type { ARROW_STREAM } from './arrow-stream.js';
import type { Line } from './ndjson.js';

/** Samples that came as columns of numbers; the parameters are in the query string. */
export class ColumnsBody {
  readonly columns: SampleColumns;

  constructor(columns: SampleColumns) {
    this.columns = columns;
  }
}

/** Samples that come line by line, one a row; the parameters are in the query string. */
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

/** A body that nobody looked at yet. */
export class UnreadBody {
  readonly format: 'application/json' | typeof ARROW_STREAM;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(format: UnreadBody['format'], bytes: Uint8Array<ArrayBuffer>) {
    this.format = format;
    this.bytes = bytes;
  }
}
