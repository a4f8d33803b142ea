export interface LowessOptions {
  frac: number;
  iterations: number;
}
export interface LowessFit {
  x: Float64Array;
  fitted: Float64Array;
  counts: Float64Array;
  residualScale: number;
  robustWeightRemoved: number;
}
export function lowess(_x: Float64Array, _y: Float64Array, _options: LowessOptions): LowessFit {
  throw new Error('not merged');
}
