import { formatNumber, formatTick } from './number-words.js';

/**
 * How values lie along an axis: as they are, or by their logarithm. A place is a share of the axis, 0 to 1:
 * what ECharts sees are places, since it fails on huge, tiny and neighbouring numbers.
 */
export interface AxisScale {
  readonly isLog: boolean;
  /** The values at the ends of the axis. */
  readonly least: number;
  readonly greatest: number;
  /** Ascending. */
  readonly ticks: readonly { readonly place: number; readonly name: string }[];
  /** The place of a value. Far outside the axis all values have one place. */
  placeOf(value: number): number;
  valueAt(place: number): number;
}

/** Values are uneven where half of them would have less than a twentieth of the axis. */
const UNEVEN = 20;

/** Longest logarithmic axis, in powers of ten. */
const MOST_DECADES = 12;

/** About so many ticks have room. */
const TICKS = 8;

/** The room beside the outermost values, as a share of the axis. */
const ROOM = 0.04;

/**
 * The scale of the characteristic: logarithmic where values are never negative and most of them would stand
 * in a corner otherwise.
 *
 * @param extent of all that is drawn.
 * @param typical values of which the median stands for all.
 * @param positive the least positive value that is drawn.
 */
export function characteristicScale(
  [least, greatest]: readonly [number, number],
  typical: readonly number[],
  positive: number,
): AxisScale {
  const median = typical[typical.length >>> 1];
  const isUneven = greatest - least > UNEVEN * (median - least) && greatest > least;
  if (least < 0 || greatest <= 0 || !isUneven) {
    const [low, high] = padded(least, greatest);
    // A length is never negative, and an axis should not look as if it were.
    return linearScale(least >= 0 ? Math.max(0, low) : low, high);
  }
  const floor = Math.max(positive, greatest / 10 ** MOST_DECADES);
  const [low, high] = padded(Math.log10(floor), Math.log10(greatest));
  return logScale(low, high);
}

/** An axis of values as they are. */
export function linearScale(least: number, greatest: number): AxisScale {
  const step = niceStep(greatest / TICKS - least / TICKS);
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(greatest / step + 1e-9) - first + 1;
  const placeOf = (value: number) => nearby((value / 2 - least / 2) / (greatest / 2 - least / 2));
  return {
    isLog: false,
    least,
    greatest,
    ticks: Array.from({ length: count }, (_, i) => {
      const value = (first + i) * step;
      return { place: placeOf(value), name: formatTick(value, step) };
    }),
    placeOf,
    valueAt: (place) => least * (1 - place) + greatest * place,
  };
}

/** @param low of the exponents of ten. */
function logScale(low: number, high: number): AxisScale {
  const leaps = high - low > 3 ? [1] : high - low > 1.5 ? [1, 3] : [1, 2, 5];
  const step = Math.ceil((high - low) / TICKS);
  const values: number[] = [];
  for (let decade = Math.floor(low); decade <= high; decade += step)
    for (const leap of leaps) values.push(leap * 10 ** decade);
  const placeOf = (value: number) => (value > 0 ? nearby((Math.log10(value) - low) / (high - low)) : 0);
  return {
    isLog: true,
    least: 10 ** low,
    greatest: 10 ** high,
    ticks: values
      .map((value) => ({ place: placeOf(value), name: formatNumber(value) }))
      .filter(({ place }) => place >= 0 && place <= 1),
    placeOf,
    valueAt: (place) => 10 ** (low + place * (high - low)),
  };
}

/** Outside the axis, by its length at most: coordinates of a drawing have their limits. */
function nearby(place: number): number {
  return Math.max(-1, Math.min(2, place));
}

/** A range with some room on both sides; a single value stands in the middle. */
export function padded(least: number, greatest: number): [number, number] {
  const span = greatest - least;
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const isOne = span <= Math.max(ROUNDING * size, NEARLY_ZERO);
  const room = isOne ? (size > NEARLY_ZERO ? size / 10 : 1) : ROOM * span;
  return [Math.max(-Number.MAX_VALUE, least - room), Math.min(Number.MAX_VALUE, greatest + room)];
}

/** A range below this share of its values is one value: edges of a constant lie that close. */
const ROUNDING = 64 * Number.EPSILON;

/** Parts of smaller numbers have no digits left. */
const NEARLY_ZERO = 1e-290;

/** 1, 2 or 5 times a power of ten, the least one that is not below. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const leap of [1, 2, 5]) if (leap * power >= atLeast) return leap * power;
  return 10 * power;
}
