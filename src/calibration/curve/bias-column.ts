import { type BiasEstimate, biasAt } from './bias-curve.js';

/** Whole knots that span at most so many values, and no more than the column has, are tabled. */
const TABLED_SPAN = 2 ** 16;

/** `biasAt` of a whole column: by a table of the whole numbers between the knots where they are lengths. */
export function biasesAt(
  curve: Pick<BiasEstimate, 'knots' | 'biases' | 'beyond'>,
  values: Float64Array,
): Float64Array<ArrayBuffer> {
  const biases = new Float64Array(values.length);
  const least = curve.knots[0];
  const table = tableOf(curve, values.length);
  for (let i = 0; i < biases.length; i++) {
    const step = (values[i] - least) | 0;
    const isTabled = step >= 0 && step < table.length && step + least === values[i];
    biases[i] = isTabled ? table[step] : biasAt(curve, values[i]);
  }
  return biases;
}

/** The bias at the first knot, one above it, two above it, …, up to the last knot; empty where that is too far. */
function tableOf(curve: Pick<BiasEstimate, 'knots' | 'biases' | 'beyond'>, count: number): Float64Array {
  const { knots } = curve;
  const span = knots[knots.length - 1] - knots[0] + 1;
  if (!(span <= Math.min(count, TABLED_SPAN))) return new Float64Array();
  const table = new Float64Array(Math.floor(span));
  for (let step = 0; step < table.length; step++) table[step] = biasAt(curve, knots[0] + step);
  return table;
}
