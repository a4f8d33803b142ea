import { formatNumber, formatTick } from './number-words.js';

/** How values lie along an axis: as they are, or by their logarithm. */
export interface AxisScale {
  readonly isLog: boolean;
  /** The ends of the axis, as places. */
  readonly least: number;
  readonly greatest: number;
  /** The places of the ticks, ascending. */
  readonly ticks: readonly number[];
  /** The place of a value; values that a logarithm does not have lie at its beginning. */
  placeOf(value: number): number;
  valueAt(place: number): number;
  /** The value at a place, as its tick has it. */
  nameOf(place: number): string;
}

/** Of values so unevenly spread the half of them would have less than a twentieth of the axis. */
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
  const step = niceStep((greatest - least) / TICKS);
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(greatest / step + 1e-9);
  const count = Number.isFinite(last - first) ? Math.min(2 * TICKS, last - first + 1) : 0;
  return {
    isLog: false,
    least,
    greatest,
    ticks: Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step),
    placeOf: (value) => value,
    valueAt: (place) => place,
    nameOf: (place) => formatTick(place, step),
  };
}

function logScale(least: number, greatest: number): AxisScale {
  const leaps = greatest - least > 3 ? [1] : greatest - least > 1.5 ? [1, 3] : [1, 2, 5];
  const step = Math.ceil((greatest - least) / (2 * TICKS));
  const ticks: number[] = [];
  for (let decade = Math.floor(least); decade <= greatest; decade += step)
    for (const leap of leaps) {
      const place = decade + Math.log10(leap);
      if (place >= least && place <= greatest) ticks.push(place);
    }
  return {
    isLog: true,
    least,
    greatest,
    ticks,
    placeOf: (value) => (value > 0 ? Math.max(least, Math.log10(value)) : least),
    valueAt: (place) => 10 ** place,
    nameOf: (place) => formatNumber(Number((10 ** place).toPrecision(2))),
  };
}

/** A range with some room on both sides; a single value stands in the middle. */
export function padded(least: number, greatest: number): [number, number] {
  const span = greatest - least;
  // Halved before they are subtracted: the span may overflow.
  if (!Number.isFinite(span)) return [least, greatest];
  if (span > 64 * Number.EPSILON * Math.max(Math.abs(least), Math.abs(greatest)))
    return [least - ROOM * span, greatest + ROOM * span];
  const room = Math.max(Math.abs(greatest) / 10, Number.MIN_VALUE * 2 ** 52) || 1;
  return [least - room, greatest + room];
}

/** 1, 2 or 5 times a power of ten, the least one that is not below. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const leap of [1, 2, 5]) if (leap * power >= atLeast) return leap * power;
  return 10 * power;
}
