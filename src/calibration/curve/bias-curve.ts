import { KnotIndex } from './knot-index.js';

/**
 * The estimated bias b̂(c) of a reward model in one characteristic c, as knots joined by straight lines.
 * What is subtracted from a reward is α · b̂(c) (method, "Model").
 */
export interface BiasCurve {
  /** Which characteristic c is. */
  readonly characteristic: string;
  /** Calibration strength α; 1 in the paper, 0 removes nothing. */
  readonly alpha: number;
  /** Values of c, strictly ascending, at least one. */
  readonly knots: Float64Array;
  /** b̂ at each knot, in units of reward. */
  readonly biases: Float64Array;
  /**
   * Standard error of b̂ at each knot, in units of reward; absent where the estimator gives none. Between
   * knots it is about as large as at the neighbouring knots.
   */
  readonly standardErrors?: Float64Array | undefined;
  /** Beyond its knots a curve holds its end values, or continues its first and last line. */
  readonly beyond: 'hold' | 'line';
  /** Mean of b̂ over the samples that were fitted; adding it back keeps the reward model's own scale. */
  readonly meanBias: number;
}

/** The bias in one characteristic as an estimator gives it, before it has a name and a strength. */
export type BiasEstimate = Omit<BiasCurve, 'characteristic' | 'alpha'>;

/** The characteristics of these curves, each once: two curves of `lwr-penalty` share one. */
export function characteristicsOf(curves: readonly Pick<BiasCurve, 'characteristic'>[]): string[] {
  const names: string[] = [];
  for (const { characteristic } of curves) if (!names.includes(characteristic)) names.push(characteristic);
  return names;
}

/** The same curves at α = 1: the bias itself, as labels judge it (method, "Few labels"). */
export function atFullStrength(curves: readonly BiasCurve[]): BiasCurve[] {
  return curves.map((curve) => ({ ...curve, alpha: 1 }));
}

/** Whether c lies outside the fitted range, where the curve holds its end value. Never for a line. */
export function isExtrapolated(curve: Pick<BiasCurve, 'knots' | 'beyond'>, value: number): boolean {
  if (curve.beyond === 'line') return false;
  return value < curve.knots[0] || value > curve.knots[curve.knots.length - 1];
}

/**
 * b̂(c): exact at knots, linear between them, the end value (or the last line continued) beyond them. The
 * reference code uses a step function and indexes past its end instead (method, "What the reference code gets
 * wrong", 1).
 */
export function biasAt(curve: Pick<BiasCurve, 'knots' | 'biases' | 'beyond'>, value: number): number {
  const { knots, biases, beyond } = curve;
  const last = knots.length - 1;
  if (value <= knots[0]) return beyond === 'hold' ? biases[0] : onLine(knots, biases, 0, value);
  if (value >= knots[last]) return beyond === 'hold' ? biases[last] : onLine(knots, biases, last - 1, value);
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle;
  }
  return onLine(knots, biases, low, value);
}

/** A batch from which on an index of the knots is made: making it takes as long as a few hundred searches. */
const INDEXED_FROM_VALUES = 128;

/** The indices of the knots that calibrated such a batch. */
const indices = new WeakMap<Float64Array, KnotIndex>();

/**
 * Adds α · b̂(c) of each value to `sums`, and marks with 1 the values for which {@link isExtrapolated}. The
 * same bits as {@link biasAt}, in a fraction of the time.
 */
export function addBiases(
  curve: Pick<BiasCurve, 'knots' | 'biases' | 'beyond' | 'alpha'>,
  values: Float64Array,
  sums: Float64Array,
  isOutside: Uint8Array,
): void {
  const { knots, biases, alpha } = curve;
  const first = knots[0];
  const last = knots[knots.length - 1];
  const table = tableOf(curve, values.length);
  let index = table.length === 0 ? indexOf(knots, values.length) : undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const steps = value - first;
    const step = steps | 0;
    if (step === steps && step + first === value && step >= 0 && step < table.length) {
      sums[i] += alpha * table[step];
    } else if (value > first && value < last) {
      if (table.length > 0) index ??= indexOf(knots, values.length);
      sums[i] += alpha * (index ? onLine(knots, biases, index.last(value), value) : biasAt(curve, value));
    } else {
      sums[i] += alpha * biasAt(curve, value);
      if (isExtrapolated(curve, value)) isOutside[i] = 1;
    }
  }
}

/**
 * {@link biasAt} at every whole step from the first knot to the last; empty where these are more than `most`,
 * or the first knot is not whole.
 */
function tableOf(curve: Pick<BiasCurve, 'knots' | 'biases' | 'beyond'>, most: number): Float64Array {
  const { knots, biases } = curve;
  const first = knots[0];
  const last = knots[knots.length - 1];
  const lastWhole = Math.floor(last);
  // Safe integers, so that sums and differences of them are exact: those of other knots may be rounded up to
  // a whole step that lies beyond the knot.
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(lastWhole)) return new Float64Array();
  const steps = lastWhole - first + 1;
  if (steps > most) return new Float64Array();
  const table = new Float64Array(steps);
  for (let low = 0; low < knots.length - 1; low++) {
    for (let whole = Math.ceil(knots[low]); whole < knots[low + 1]; whole++)
      table[whole - first] = onLine(knots, biases, low, whole);
  }
  // At the ends as biasAt has them: on a line of infinite slope the first knot would be 0 · ∞.
  table[0] = biasAt(curve, first);
  if (lastWhole === last) table[table.length - 1] = biasAt(curve, last);
  return table;
}

function indexOf(knots: Float64Array, size: number): KnotIndex | undefined {
  const known = indices.get(knots);
  if (known !== undefined || size < INDEXED_FROM_VALUES) return known;
  const made = new KnotIndex(knots);
  indices.set(knots, made);
  return made;
}

/** {@link biasAt} of a whole column. */
export function biasesAt(
  estimate: Pick<BiasEstimate, 'knots' | 'biases' | 'beyond'>,
  values: Float64Array,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(values.length);
  addBiases({ ...estimate, alpha: 1 }, values, sums, new Uint8Array(values.length));
  return sums;
}

/** The value at c of the line through a knot and the next. */
function onLine(knots: Float64Array, biases: Float64Array, low: number, value: number): number {
  const share = (value - knots[low]) / (knots[low + 1] - knots[low]);
  return biases[low] + share * (biases[low + 1] - biases[low]);
}
