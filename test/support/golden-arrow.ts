import { readFileSync } from 'node:fs';
import { type Data, Float64, makeData } from 'apache-arrow';
import { ServiceError } from '../../src/calibration/errors.js';
import { readArrow } from '../../src/http/bodies/arrow-read.js';

/** Streams by pyarrow, in base64, and what it reads from them. */
interface Golden {
  readonly readable: Record<string, { stream: string; columns: Record<string, (number | string)[]> }>;
  readonly refused: Record<string, string>;
}

const goldenUrl = new URL('../http/golden/arrow.json', import.meta.url);
/** As test/http/golden/arrow.py writes it. */
export const golden: Golden = JSON.parse(readFileSync(goldenUrl, 'utf8'));
/** The bytes of a golden stream. */
export const fromBase64 = (text = '') => Uint8Array.from(Buffer.from(text, 'base64'));
/** The bytes of a stream that is read. */
export const readable = (name: string) => fromBase64(golden.readable[name]?.stream);

/** The refusal of a body. */
export function refusalOf(body: Uint8Array): ServiceError {
  try {
    readArrow(body);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('was read');
}

/** A column of doubles. */
export function doubles(values: readonly number[]): Data<Float64> {
  return makeData({ type: new Float64(), length: values.length, data: Float64Array.from(values) });
}
