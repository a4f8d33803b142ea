export const ARROW_STREAM = 'application/vnd.apache.arrow.stream';
export interface ArrowColumns {
  readonly rewards: Float64Array<ArrayBuffer>;
  readonly characteristics: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
}
export function readArrow(_: Uint8Array): ArrowColumns {
  throw new Error('later');
}
export function writeArrow(
  _c: { rewards: readonly number[]; biases?: readonly number[] | undefined; extrapolated: readonly number[] },
  _m: object,
): Uint8Array {
  throw new Error('later');
}
