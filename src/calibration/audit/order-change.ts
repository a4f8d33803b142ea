import { ROUNDING_OF_DIFFERENCE } from '../curve/fit-tolerance.js';

/**
 * What calibration does to the order of two responses, in halves, so that sums are exact (method, "Few
 * labels"): 2 · (s(r̂₁ − r̂₂) − s(r₁ − r₂)), s = 1, ½, 0 for a positive, zero and negative difference.
 * ±2: the order turns to the first (+) or the second response (−); ±1: only one of the two is a tie; 0: the
 * same order. Where a label prefers the first response, + is a pair that calibration fixes, − one it breaks.
 *
 * Calibrated rewards that differ by rounding errors alone are equal: see {@link isRounding}.
 *
 * @param tolerance see `fitTolerance`.
 */
export function orderChange(
  raw1: number,
  raw2: number,
  calibrated1: number,
  calibrated2: number,
  tolerance: number,
): number {
  const size = Math.max(Math.abs(raw1), Math.abs(raw2));
  const before = orderOf(raw1, raw2);
  if (!isRounding(calibrated1, calibrated2, size, tolerance))
    return orderOf(calibrated1, calibrated2) - before;
  // Rewards that were as near before have no order to lose.
  return isRounding(raw1, raw2, size, tolerance) ? 0 : -before;
}

/**
 * Whether two calibrated rewards differ by rounding errors alone. Where a curve passes through all rewards,
 * what it leaves would otherwise be an order.
 *
 * @param size the greatest |r| of the two.
 * @param tolerance the errors of the fit itself; see `fitTolerance`.
 */
export function isRounding(one: number, other: number, size: number, tolerance: number): boolean {
  const most = Math.max(size, Math.abs(one), Math.abs(other));
  return Math.abs(one - other) <= tolerance + ROUNDING_OF_DIFFERENCE * most;
}

/** 1 where the first is higher, −1 where the second, 0 where they are equal. */
function orderOf(first: number, second: number): number {
  return first > second ? 1 : first < second ? -1 : 0;
}

/** The change of a pair whose order turns round: the pair is disputed. Ties before or after are not. */
export const TURNED = 2;
